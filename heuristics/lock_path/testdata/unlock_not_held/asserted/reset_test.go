package reset

import (
	"sync"
	"testing"
)

type consumer struct {
	mu  sync.Mutex
	seq int
}

func (c *consumer) resetLocked() error { return nil }

// requireNoError ends the test of whoever has an error.
func requireNoError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected: %v", err)
	}
}

func TestReset(t *testing.T) {
	c := &consumer{}
	c.mu.Lock()
	if err := c.resetLocked(); err != nil {
		c.mu.Unlock()
		requireNoError(t, err)
	}
	if c.seq != 0 {
		c.mu.Unlock()
		t.Fatal("still there")
	}
	c.mu.Unlock()
}

func TestTwice(t *testing.T) {
	c := &consumer{}
	c.mu.Lock()
	if c.seq != 0 {
		c.mu.Unlock()
	}
	c.mu.Unlock() // want "released before"
}
