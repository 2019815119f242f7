package locals

import "sync"

type connections struct {
	mu    sync.Mutex
	conns map[string]int
}

func (c *connections) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns[name]++
}

// The object has got a new map before the lock is released: the old one belongs to the caller.
func (c *connections) drainOk() int {
	c.mu.Lock()
	conns := c.conns
	c.reset()
	c.mu.Unlock()
	sum := 0
	for _, count := range conns {
		sum += count
	}
	return sum
}

func (c *connections) reset() {
	c.conns = map[string]int{}
}
