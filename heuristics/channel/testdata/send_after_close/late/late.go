// Package late: grpc-go 272a4b69f1 is a bug of the second shape.
package late

import "errors"

func LaunchedBad(jobs []int) <-chan int {
	results := make(chan int, len(jobs))
	for _, job := range jobs {
		go func(job int) { results <- job }(job)
	}
	close(results) // want "A sender may still run when `results` is closed"
	return results
}

type transport struct {
	closed chan struct{}
	writes chan func()
}

func newTransport() *transport {
	return &transport{closed: make(chan struct{}), writes: make(chan func())}
}

func (t *transport) do(f func()) error {
	select {
	case <-t.closed:
		return errors.New("closed")
	case t.writes <- f:
		return nil
	}
}

func (t *transport) Write() error { return t.do(func() {}) }

func (t *transport) WriteStatus() {
	if t.do(func() {}) == nil {
		close(t.writes) // want "A sender may still run when `t.writes` is closed"
	}
}

func (t *transport) run() {
	for f := range t.writes {
		f()
	}
}
