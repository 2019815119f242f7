// Package own_state: a field that one method alone reads and changes, under a lock for readers.
package own_state

import (
	"sync"
	"time"
)

type cache struct {
	mu     sync.RWMutex
	values map[string]int
	synced time.Time
	asked  int
	last   int
}

func newCache() *cache { return &cache{values: map[string]int{}} }

func (c *cache) HasBad(name string) bool {
	c.mu.RLock()
	_, ok := c.values[name]
	if time.Since(c.synced) > time.Second {
		c.synced = time.Now() // want "`synced` is changed while only the read lock of `mu` is held"
	}
	c.mu.RUnlock()
	return ok
}

// Nobody outside calls it: one goroutine may be all.

func (c *cache) countOk(name string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	c.asked = c.asked + 1
	return c.values[name] > 0
}

func (c *cache) SetOk(name string, value int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[name] = value
	c.last = c.last + 1
}
