package waiters

import "sync"

type waiter struct {
	n    int
	done chan error
}

type Queue struct {
	mu      sync.Mutex
	waiters []waiter
	others  []*waiter
}

func (q *Queue) ensure(n int) error { return nil }

func (q *Queue) finish(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, w := range q.waiters {
		w.done <- err
	}
	for _, w := range q.others {
		w.done <- err
	}
}

// On the early way out nobody knows the channel yet.
func (q *Queue) WaitOk(n int) error {
	q.mu.Lock()
	done := make(chan error)
	w := waiter{n: n, done: done}
	if err := q.ensure(n); err != nil {
		q.mu.Unlock()
		return err
	}
	q.waiters = append(q.waiters, w)
	q.mu.Unlock()
	return <-done
}

func (q *Queue) WaitPointerOk(n int) error {
	done := make(chan error)
	w := &waiter{n: n, done: done}
	if err := q.ensure(n); err != nil {
		return err
	}
	q.mu.Lock()
	q.others = append(q.others, w)
	q.mu.Unlock()
	return <-done
}

func (q *Queue) WaitBad(n int) error {
	q.mu.Lock()
	done := make(chan error) // want "^If this function leaves before it has received, the goroutine stays blocked sending on `done`"
	w := waiter{n: n, done: done}
	q.waiters = append(q.waiters, w)
	q.mu.Unlock()
	if err := q.ensure(n); err != nil {
		return err
	}
	return <-done
}
