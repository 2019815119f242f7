package body

import "sync"

type body struct {
	mu     sync.Mutex
	closed bool // guarded by mu
}

func (b *body) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	drain(bodyLocked{b})
}

func (b *body) Reopen() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = false
}

func (b *body) Closed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

func (b *body) Toggle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = !b.closed
}

type reader interface{ Read(p []byte) int }

func drain(r reader) { r.Read(nil) }

// bodyLocked reads from a body whose lock is held already.
type bodyLocked struct{ b *body }

func (l bodyLocked) Read(p []byte) int {
	if l.b.closed {
		return 0
	}
	return len(p)
}

type bodyView struct{ b *body }

func (v *bodyView) Peek() bool {
	return v.b.closed // want "guarded by `mu`"
}
