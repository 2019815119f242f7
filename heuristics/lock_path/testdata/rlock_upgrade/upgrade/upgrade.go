package upgrade

import "sync"

type cache struct {
	mu sync.RWMutex
	m  map[string]int
}

func (c *cache) getBad(k string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if _, ok := c.m[k]; !ok {
		c.mu.Lock() // want "Lock is taken while `c.mu` is still read-locked: deadlock"
		c.m[k] = 1
		c.mu.Unlock()
	}
	return c.m[k]
}

func (c *cache) forgottenBad(k string) {
	c.mu.RLock()
	_, ok := c.m[k]
	if ok {
		c.mu.RUnlock()
		return
	}
	c.mu.Lock() // want "Lock is taken while `c.mu` is still read-locked"
	defer c.mu.Unlock()
	c.m[k] = 1
}

func (c *cache) getOk(k string) int {
	c.mu.RLock()
	n, ok := c.m[k]
	c.mu.RUnlock()
	if !ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.m[k] = 1
	}
	return n
}

// T6: one of the two, by a parameter.
func (c *cache) eitherOk(k string, write bool) int {
	if write {
		c.mu.Lock()
		defer c.mu.Unlock()
	} else {
		c.mu.RLock()
		defer c.mu.RUnlock()
	}
	if write {
		c.m[k]++
	}
	return c.m[k]
}

// T6: the read lock is given back on the very path that writes.
func (c *cache) onePathOk(k string) {
	c.mu.RLock()
	miss := c.m[k] == 0
	if miss {
		c.mu.RUnlock()
		c.mu.Lock()
		c.m[k] = 1
		c.mu.Unlock()
	} else {
		c.mu.RUnlock()
	}
}
