package tx

import "sync"

type conn struct{ n int }

type Tx struct {
	mu sync.RWMutex
	dc *conn
}

func (t *Tx) grab() *conn {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.dc
}

func (t *Tx) renew() {
	t.mu.Lock()
	t.dc = &conn{}
	t.mu.Unlock()
}

// Waits until those who were in their sections have left; it looks at nothing under the lock.
func (t *Tx) Commit() int {
	t.mu.Lock()
	t.mu.Unlock()
	return t.dc.n
}

func (t *Tx) Look() int {
	t.mu.Lock()
	n := t.dc.n
	t.mu.Unlock()
	return n + t.dc.n // want "read after `t.mu` was released"
}
