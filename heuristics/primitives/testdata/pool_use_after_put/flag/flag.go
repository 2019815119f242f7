// Package flag notes that a value went back, and asks before it uses it.
package flag

import "sync"

type state struct {
	old bool
	n   int
}

var states sync.Pool

func countOk(shared map[string]*state, key string, value int) {
	s, ok := shared[key]
	if ok && s.old {
		delete(shared, key)
		states.Put(s)
		ok = false
	}
	if ok {
		if s.n > value {
			return
		}
	} else {
		s = &state{}
		shared[key] = s
	}
	s.n = value
}
