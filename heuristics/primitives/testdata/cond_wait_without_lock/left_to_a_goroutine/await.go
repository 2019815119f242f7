package await

import (
	"context"
	"sync"
)

type signal struct {
	*sync.Cond
}

// The caller holds the lock, and stays here until the goroutine has it back.
func (s signal) awaitOk(ctx context.Context) {
	woken := make(chan struct{})
	go func() {
		s.Cond.Wait()
		close(woken)
	}()
	select {
	case <-woken:
	case <-ctx.Done():
		s.Cond.Broadcast()
		<-woken
	}
}

type Queue struct {
	mu    sync.Mutex
	cond  signal
	ready bool
}

func New() *Queue {
	q := &Queue{}
	q.cond = signal{Cond: sync.NewCond(&q.mu)}
	return q
}

func (q *Queue) Take(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.ready {
		q.cond.awaitOk(ctx)
	}
}

type Link struct {
	changed *sync.Cond
	state   int
}

// Taken here, given back by the goroutine.
func (l *Link) ConnectOk(ctx context.Context, states chan<- int) {
	l.changed.L.Lock()
	go func() {
		l.changed.Wait()
		states <- l.state
		l.changed.L.Unlock()
	}()
}

// Whoever starts it gives the lock back at once.
func (l *Link) ConnectBad(states chan<- int) {
	l.changed.L.Lock()
	go func() {
		l.changed.Wait() // want "^Wait unlocks `l.changed.L`, which is not held here"
		states <- l.state
	}()
	l.changed.L.Unlock()
}
