package queue

import "sync"

type Queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func New() *Queue {
	q := &Queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) TakeBad() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.cond.Wait() // want "^Wait can wake without the condition being true.$"
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item
}

func (q *Queue) startedBad() {
	q.mu.Lock()
	q.cond.Wait() // want "Wait can wake without"
	q.mu.Unlock()
}
