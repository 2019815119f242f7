package empty

import "sync"

type cache struct {
	mu      sync.Mutex
	entries map[string]int
	name    string
}

func (c *cache) putBad(k string) {
	c.mu.Lock()
	c.mu.Unlock()
	c.entries[k] = 1 // want-2 "`c.mu` is released immediately, so the code below runs unprotected"
}

func (c *cache) get(k string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries[k]
}

// T23: a barrier.
func (c *cache) barrierOk() {
	// Wait until the others have left.
	c.mu.Lock()
	c.mu.Unlock()
	c.entries = nil
}

func (c *cache) commentedOk() {
	c.mu.Lock()
	// Nothing to do: whoever was inside has left.
	c.mu.Unlock()
	c.entries = nil
}

// What follows is not guarded by the lock anywhere.
func (c *cache) nameOk() string {
	c.mu.Lock()
	c.mu.Unlock()
	return c.name
}

func (c *cache) againOk(k string) {
	c.mu.Lock()
	c.mu.Unlock()
	c.mu.Lock()
	c.entries[k] = 1
	c.mu.Unlock()
}
