package traps

import (
	"sync"
	"time"
)

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

func (q *Queue) await() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.ready {
		q.cond.Wait()
	}
}

func (q *Queue) heldOk() {
	q.mu.Lock()
	q.ready = true
	q.cond.Broadcast()
	q.mu.Unlock()
}

// The state was changed under the lock just before.
func (q *Queue) behindOk() {
	q.mu.Lock()
	q.ready = true
	q.mu.Unlock()
	q.cond.Broadcast()
}

// Given again and again.
func (q *Queue) tickOk() {
	for range time.Tick(time.Second) {
		q.ready = true
		q.cond.Broadcast()
	}
}

// T11: the caller holds the lock.
func (q *Queue) wake() {
	q.ready = true
	q.cond.Signal()
}

func (q *Queue) Set() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.wake()
}
