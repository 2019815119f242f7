package traps

import "sync"

type cache struct {
	mu     sync.Mutex
	m      map[string]int
	parent *cache
	hook   func()
	noLock bool
}

// T4: the form that expects the lock.
func (c *cache) lockedOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resetLocked()
}

func (c *cache) resetLocked() { c.m = nil }

// T8: the callee gives the lock back before it takes it again.
func (c *cache) yieldsOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.yield()
}

func (c *cache) yield() {
	c.mu.Unlock()
	c.m = nil
	c.mu.Lock()
}

// T6: a parameter says who takes the lock.
func (c *cache) flagOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count(false)
}

func (c *cache) passedOnOk(take bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count(take)
}

func (c *cache) count(take bool) int {
	if take {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	return len(c.m)
}

// T6: a field says whether this one locks at all.
func (c *cache) ownerOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size()
}

func (c *cache) size() int {
	if !c.noLock {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	return len(c.m)
}

// Another instance.
func (c *cache) parentOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parent.reset()
}

func (c *cache) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m = nil
}

// Called when the lock is free.
func (c *cache) afterOk() {
	c.mu.Lock()
	n := len(c.m)
	c.mu.Unlock()
	if n > 0 {
		c.reset()
	}
}

// Started as a goroutine, it waits for the release and then goes on.
func (c *cache) launchedOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	go c.reset()
}

// The callee only starts one.
func (c *cache) launchesOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resetSoon()
}

func (c *cache) resetSoon() {
	go func() {
		c.reset()
	}()
}

// The callee only keeps a function for later.
func (c *cache) storesOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hookUp()
}

func (c *cache) hookUp() {
	c.hook = func() { c.reset() }
}

// T5: TryLock never waits.
func (c *cache) triesOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.try()
}

func (c *cache) try() {
	if c.mu.TryLock() {
		c.m = nil
		c.mu.Unlock()
	}
}

// The variable is another cache by then.
func chainOk(c *cache) {
	c.mu.Lock()
	old := c
	c = c.parent
	c.reset()
	old.mu.Unlock()
}

// The deferred call runs after the deferred release.
func (c *cache) orderOk() {
	defer c.reset()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m["x"]++
}

type view struct{ c cache }

// A copy has a lock of its own.
func (v *view) copyOk() {
	v.c.mu.Lock()
	defer v.c.mu.Unlock()
	w := v.c
	w.reset()
}

// T21: what is passed decides whether the call comes back.
func (c *cache) tokenOk() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = c.call(map[string]int{"token": 1})
	}
	return c.m["token"]
}

func (c *cache) call(parameters map[string]int) map[string]int {
	if _, ok := parameters["token"]; !ok {
		parameters["token"] = c.tokenOk()
	}
	return parameters
}
