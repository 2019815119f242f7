package cache

import "sync"

type Cache struct {
	mu    sync.Mutex
	table map[string]int
	ready bool
}

func (c *Cache) TableBad() map[string]int {
	if c.table == nil { // want "^The first test reads `c.table`"
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.table == nil {
			c.table = map[string]int{}
		}
	}
	return c.table
}

func (c *Cache) markBad() {
	if c.ready { // want "The first test reads `c.ready`"
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ready {
		return
	}
	c.ready = true
}

var (
	mu       sync.Mutex
	instance *Cache
)

func InstanceBad() *Cache {
	if instance == nil { // want "The first test reads `instance`"
		mu.Lock()
		if instance == nil {
			instance = &Cache{}
		}
		mu.Unlock()
	}
	return instance
}
