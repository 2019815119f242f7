package traps

import "sync"

type wrapper struct{}

func (w *wrapper) start() error { return nil }

type channel struct {
	mu      sync.Mutex
	wrapper *wrapper
	closed  bool
}

func (c *channel) renew() {
	c.mu.Lock()
	c.wrapper = &wrapper{}
	c.mu.Unlock()
}

// The author knows that the lock is not held.
func (c *channel) beginOk() error {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed {
		return nil
	}
	// This is called without c.mu because it calls back.
	return c.wrapper.start()
}
