package traps

import "sync"

type Queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	empty  *sync.Cond
	Public *sync.Cond
	items  []int
}

func New() *Queue {
	q := &Queue{}
	q.filled = sync.NewCond(&q.mu)
	q.empty = sync.NewCond(&q.mu)
	register(q.empty)
	return q
}

func register(c *sync.Cond) { c.Broadcast() }

func (q *Queue) takeOk() {
	q.mu.Lock()
	for len(q.items) == 0 {
		q.filled.Wait()
	}
	q.mu.Unlock()
}

func (q *Queue) Put(n int) {
	q.mu.Lock()
	q.items = append(q.items, n)
	q.filled.Signal()
	q.mu.Unlock()
}

// Handed on: somebody else may signal.
func (q *Queue) drainOk() {
	q.mu.Lock()
	for len(q.items) > 0 {
		q.empty.Wait()
	}
	q.mu.Unlock()
}

// Exported: another package may signal.
func (q *Queue) publicOk() {
	q.mu.Lock()
	for len(q.items) > 0 {
		q.Public.Wait()
	}
	q.mu.Unlock()
}
