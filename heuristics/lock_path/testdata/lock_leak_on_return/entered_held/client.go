package broker

import (
	"errors"
	"sync"
)

// T3, T4: functions that are entered with the lock held, and let go of it for a while. The shape of the client and the
// file store of nats-io/nats-server.
var errClosed = errors.New("closed")

type client struct {
	mu      sync.Mutex
	out     [][]byte
	pending int
	closed  bool
	srv     *server
}

type server struct {
	mu      sync.Mutex
	clients map[int]*client
}

// queueOk is called with the lock held.
func (c *client) queueOk(data []byte) error {
	if c.closed {
		return errClosed
	}
	c.out = append(c.out, data)
	c.pending += len(data)
	return nil
}

// Lock must be held.
func (c *client) flushOk(write func([]byte) error) error {
	out := c.out
	c.out = nil
	c.mu.Unlock()
	for _, data := range out {
		if err := write(data); err != nil {
			c.mu.Lock()
			c.closed = true
			return err
		}
	}
	c.mu.Lock()
	c.pending = 0
	return nil
}

// The lock is released on return.
func (c *client) closeAndUnlockOk() {
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	srv := c.srv
	c.mu.Unlock()
	srv.mu.Lock()
	delete(srv.clients, len(srv.clients))
	srv.mu.Unlock()
}

func (c *client) SendOk(data []byte, write func([]byte) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.queueOk(data); err != nil {
		return err
	}
	return c.flushOk(write)
}

func (c *client) StopOk() {
	c.mu.Lock()
	c.closeAndUnlockOk()
}
