package settled

import "sync"

type conn struct{ name string }

// The connection is set once; who has found it set has found the only one.
type channel struct {
	mu   sync.Mutex
	conn *conn
	last *conn
}

func (c *channel) handleOpen(conn *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	c.last = conn
}

func (c *channel) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = nil
}

func (c *channel) acceptOk() *conn {
	c.mu.Lock()
	none := c.conn == nil
	c.mu.Unlock()
	if none {
		return nil
	}
	return c.conn
}

func (c *channel) lastBad() *conn {
	c.mu.Lock()
	none := c.last == nil
	c.mu.Unlock()
	if none {
		return nil
	}
	return c.last // want "`c.last` is read after `c.mu` was released"
}

// The result is there when the channel is closed.
type call struct {
	mu    sync.Mutex
	err   error
	ready chan struct{}
	users int
}

func (c *call) run(work func() error) {
	err := work()
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
	close(c.ready)
}

func (c *call) retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = nil
}

func (c *call) waitOk() error {
	c.mu.Lock()
	select {
	case <-c.ready:
		c.mu.Unlock()
		return c.err
	default:
	}
	c.users++
	c.mu.Unlock()
	return nil
}

// Nobody adds any more once the state says that it is closed.
type batch struct {
	mu    sync.Mutex
	state int
	task  *conn
}

const open, closed = 0, 1

func (b *batch) Add(task *conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state != open {
		return false
	}
	b.task = merge(b.task, task)
	return true
}

func merge(a, b *conn) *conn { return &conn{a.name + b.name} }

func (b *batch) RunOk() string {
	b.mu.Lock()
	b.state = closed
	b.mu.Unlock()
	return b.task.name
}
