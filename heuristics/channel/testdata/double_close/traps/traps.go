// Package traps shows closes that happen once.
package traps

import (
	"sync"
	"sync/atomic"
)

type conn struct {
	mu     sync.Mutex
	once   sync.Once
	closed bool
	done   chan struct{}
	quit   chan struct{}
	stop   chan struct{}
	reset  chan struct{}
	last   chan struct{}
	jobs   chan int
}

func (c *conn) onceOk() { c.once.Do(func() { close(c.done) }) }

func (c *conn) flagOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	close(c.quit)
}

func (c *conn) stopping() bool {
	select {
	case <-c.stop:
		return true
	default:
		return false
	}
}

func (c *conn) askedOk() {
	if !c.stopping() {
		close(c.stop)
	}
}

func (c *conn) resetOk() {
	close(c.reset)
	c.reset = make(chan struct{})
}

func (c *conn) lastOk() { close(c.last) }

func (c *conn) loop() {
	for range c.jobs {
		c.onceOk()
		c.flagOk()
		c.askedOk()
		c.resetOk()
	}
	c.lastOk()
}

func (c *conn) leaves() {
	for job := range c.jobs {
		if job == 0 {
			c.lastOk()
			return
		}
	}
}

type server struct {
	running atomic.Bool
	conn    *ender
}

type ender struct{ done chan struct{} }

func (e *ender) endOk() { close(e.done) }

func (s *server) stop() {
	if !s.running.Swap(false) {
		return
	}
	s.conn.endOk()
}

func (s *server) signals(signals chan int) {
	for range signals {
		go s.stop()
	}
}

type shards struct{ soft chan struct{} }

func (s *shards) start() { s.soft = make(chan struct{}) }

func (s *shards) stopOk() { close(s.soft) }

func (s *shards) reshard(changes chan int) {
	for range changes {
		s.stopOk()
		s.start()
	}
}

func EachItsOwnOk(conns []*conn) {
	for _, c := range conns {
		c.lastOk()
		close(c.done)
		ready := make(chan struct{})
		go func() { close(ready) }()
		<-ready
	}
}

func FlagOk(events chan int) {
	done := make(chan struct{})
	closed := false
	for range events {
		if !closed {
			close(done)
			closed = true
		}
	}
}

func ArmOnceOk(leaving, events chan int) {
	left := make(chan struct{})
	for {
		select {
		case <-leaving:
			leaving = nil
			close(left)
		case <-events:
		}
	}
}

func BreaksOk(events chan int) {
	done := make(chan struct{})
	for range events {
		close(done)
		break
	}
}

func EitherOk(fail bool) {
	done := make(chan struct{})
	if fail {
		close(done)
		return
	}
	close(done)
}
