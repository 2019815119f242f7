// Reduced from dgraph-io/badger@398445a29f and moby/moby (GoKer moby/36114); the code is written anew.
package calls

import (
	"context"
	"sync"
)

type cache struct {
	mu  sync.RWMutex
	m   map[string]int
	max int
}

func (c *cache) PutBad(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Len() > c.max { // want "`cache.Len` read-locks `c.mu` itself, and it is called while `c.mu` is held"
		c.m = nil
	}
	c.m[k] = 1
}

func (c *cache) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.m)
}

func (c *cache) lenLocked() int { return len(c.m) }

func (c *cache) Reset() {
	c.mu.Lock()
	c.m = nil
	c.mu.Unlock()
}

func (c *cache) upgradeBad() {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.m) == 0 {
		c.Reset() // want "`cache.Reset` locks `c.mu` itself, and it is called while `c.mu` is held"
	}
}

// The way leads over two more functions, one of them not a method.
func (c *cache) farBad(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	flush(ctx, c) // want "`flush` comes to `cache.Reset`, which locks `c.mu`, and it is called while `c.mu` is held"
}

func flush(ctx context.Context, c *cache) {
	if ctx.Err() != nil {
		return
	}
	c.finish()
}

func (c *cache) finish() {
	func() {
		c.Reset()
	}()
}

type sizer interface{ Len() int }

// What is passed for the interface tells whose method is called.
func (c *cache) interfaceBad() {
	c.mu.Lock()
	wait(c) // want "`wait` comes to `cache.Len`, which read-locks `c.mu`"
	c.mu.Unlock()
}

func wait(s sizer) {
	for s.Len() > 0 {
	}
}

// A deferred call runs before the release that was deferred first.
func (c *cache) deferredBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.Reset() // want "`cache.Reset` locks `c.mu` itself"
	c.m["x"]++
}

func (c *cache) flagBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count(true) // want "`cache.count` locks `c.mu` itself"
}

func (c *cache) count(take bool) int {
	if take {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	return len(c.m)
}

var (
	stateMu sync.Mutex
	state   int
)

func setBad(n int) {
	stateMu.Lock()
	if get() != n { // want "`get` locks `stateMu` itself"
		state = n
	}
	stateMu.Unlock()
}

func get() int {
	stateMu.Lock()
	defer stateMu.Unlock()
	return state
}

type vm struct {
	sync.Mutex
	disks []string
}

func (v *vm) addAllBad(names []string) {
	v.Lock()
	defer v.Unlock()
	for _, name := range names {
		v.add(name) // want "`vm.add` locks `v` itself"
	}
}

func (v *vm) add(name string) {
	v.Lock()
	v.disks = append(v.disks, name)
	v.Unlock()
}
