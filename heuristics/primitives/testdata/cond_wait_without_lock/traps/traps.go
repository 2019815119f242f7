package traps

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

func (q *Queue) heldOk() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.ready {
		q.cond.Wait()
	}
}

// The lock by its other name.
func (q *Queue) lockerOk() {
	q.cond.L.Lock()
	for !q.ready {
		q.cond.Wait()
	}
	q.cond.L.Unlock()
}

// T11: the caller holds it.
func (q *Queue) awaitOk() {
	for !q.ready {
		q.cond.Wait()
	}
}

func (q *Queue) Take() {
	q.mu.Lock()
	q.awaitOk()
	q.mu.Unlock()
}

// T4: the name says it.
func (q *Queue) okLocked() {
	for !q.ready {
		q.cond.Wait()
	}
}

func (q *Queue) Other() {
	q.okLocked()
}

// Wait gives the lock back and takes it again.
func (q *Queue) againOk() {
	q.mu.Lock()
	q.mu.Unlock()
	q.mu.Lock()
	for !q.ready {
		q.cond.Wait()
	}
	q.mu.Unlock()
}
