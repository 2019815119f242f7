package tx

import "sync"

type conn struct{ n int }

type Tx struct {
	mu     sync.RWMutex
	dc     *conn
	cancel func()
}

func (t *Tx) grab() *conn {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.dc
}

func (t *Tx) Commit() int {
	// Cancel first, which makes everybody leave. Hold the lock once, so that no query
	// is under way any more.
	t.cancel()
	t.mu.Lock()
	t.mu.Unlock()
	return t.dc.n
}

func (t *Tx) Rollback() int {
	// Cancel first.
	t.cancel()
	t.mu.Lock()
	t.mu.Unlock() // want-1 "released immediately"
	return t.dc.n
}
