package queue

import "sync"

type Queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	ready bool
}

func New() *Queue {
	q := &Queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) releasedBad() {
	q.mu.Lock()
	ready := q.ready
	q.mu.Unlock()
	for !ready {
		q.cond.Wait() // want "^Wait unlocks `q.cond.L`, which is not held here: fatal error.$"
	}
}

func (q *Queue) goroutineBad() {
	go func() {
		for !q.ready {
			q.cond.Wait() // want "Wait unlocks `q.cond.L`"
		}
	}()
}

func (q *Queue) await() {
	for !q.ready {
		q.cond.Wait() // want "Wait unlocks `q.cond.L`"
	}
}

func (q *Queue) Take() {
	q.await()
}
