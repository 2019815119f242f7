package traps

import (
	"sync"
	"sync/atomic"
)

type Cache struct {
	mu    sync.RWMutex
	table map[string]int
	ready atomic.Bool
	ptr   atomic.Pointer[int]
}

// The first test takes the read lock.
func (c *Cache) readLockedOk() {
	c.mu.RLock()
	missing := c.table == nil
	c.mu.RUnlock()
	if missing {
		c.mu.Lock()
		if c.table == nil {
			c.table = map[string]int{}
		}
		c.mu.Unlock()
	}
}

// An atomic value.
func (c *Cache) atomicOk() {
	if c.ready.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ready.Load() {
		return
	}
	c.ready.Store(true)
}

func (c *Cache) pointerOk() *int {
	if c.ptr.Load() == nil {
		c.mu.Lock()
		if c.ptr.Load() == nil {
			c.ptr.Store(new(int))
		}
		c.mu.Unlock()
	}
	return c.ptr.Load()
}

// Tested under the lock only.
func (c *Cache) lockedOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.table == nil {
		c.table = map[string]int{}
	}
}

// T11: callers hold the lock, and this one gives it back in between.
func (c *Cache) fillLocked() {
	if c.table == nil {
		c.mu.Unlock()
		println("building")
		c.mu.Lock()
		if c.table == nil {
			c.table = map[string]int{}
		}
	}
}
