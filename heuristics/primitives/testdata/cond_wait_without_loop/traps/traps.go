package traps

import "sync"

type Queue struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func (q *Queue) takeOk() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	return q.items[0]
}

func (q *Queue) endlessOk() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if len(q.items) > 0 {
			return q.items[0]
		}
		if !q.closed {
			q.cond.Wait()
		}
	}
}

// A wrapper; whoever calls it has the loop.
func (q *Queue) Wait() {
	q.cond.Wait()
}

func (q *Queue) pauseOk() {
	q.mu.Lock()
	q.cond.Wait()
	q.mu.Unlock()
}

func (q *Queue) use() {
	for !q.closed {
		q.pauseOk()
	}
}

// Tested again behind Wait.
func (q *Queue) againOk() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.cond.Wait()
	}
	if len(q.items) == 0 {
		return false
	}
	return true
}
