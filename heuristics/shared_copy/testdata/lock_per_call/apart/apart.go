// Package apart keeps the goroutines of one call apart; calls are kept apart otherwise.
package apart

import "sync"

// Container has a lock that several processes share.
type Container struct {
	batched bool
	lock    sync.Locker
	nets    map[string]string
}

func (c *Container) prepareOk(names []string) {
	var mu sync.Mutex
	for _, name := range names {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			c.nets[name] = name // want(all) "`mu` is created in this call"
		}()
	}
}

func (c *Container) Nets() map[string]string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.nets
}

// Its callers have the lock.
func (c *Container) Net(name string) string { return c.nets[name] }

type table struct {
	sets map[string]string
}

// Nobody outside knows a table.
func (t *table) compactOk(names []string) {
	var mu sync.Mutex
	for _, name := range names {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			t.sets[name] = name // want(all) "`mu` is created in this call"
		}()
	}
}

func (t *table) Set(name string) string { return t.sets[name] }
