// Package cache keeps what a function returns: either of two equal entries will do.
package cache

import "sync"

type entry struct{ ok bool }

type matcher struct {
	m     sync.Map
	match func(string) bool
}

func (c *matcher) Match(s string) bool {
	v, ok := c.m.Load(s)
	if ok {
		return v.(*entry).ok
	}
	e := &entry{ok: c.match(s)}
	c.m.Store(s, e) // want(all) "not atomic"
	return e.ok
}
