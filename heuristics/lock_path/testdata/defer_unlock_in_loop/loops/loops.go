// Reduced from minio/minio@5512016885; the code is written anew.
package loops

import "sync"

type metrics struct {
	mu   sync.RWMutex
	seen map[string]bool
}

func (m *metrics) loadBad(names []string) {
	for _, name := range names {
		m.mu.Lock()
		defer m.mu.Unlock() // want "The deferred unlock waits for the function to end, so the next iteration blocks on `m.mu`"
		m.seen[name] = true
	}
}

func (m *metrics) retryBad(try func() error) {
	for i := 0; i < 3; i++ {
		m.mu.Lock()
		defer func() { m.mu.Unlock() }() // want "so the next iteration blocks on `m.mu`"
		if try() == nil {
			return
		}
	}
}

// The round never comes back.
func (m *metrics) firstOk(names []string) bool {
	for _, name := range names {
		if name == "" {
			continue
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.seen[name]
	}
	return false
}

// A function of its own for every round.
func (m *metrics) literalOk(names []string) {
	for _, name := range names {
		func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.seen[name] = true
		}()
	}
}

// T22: another lock in every round.
func lockAllOk(all []*metrics) {
	for _, m := range all {
		m.mu.Lock()
		defer m.mu.Unlock()
	}
}

func indexedOk(locks []sync.Mutex) {
	for i := range locks {
		locks[i].Lock()
		defer locks[i].Unlock()
	}
}

func chainOk(m *metrics, next func(*metrics) *metrics) {
	for m != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m = next(m)
	}
}

// Readers do not exclude each other.
func (m *metrics) readersOk(names []string) (n int) {
	for _, name := range names {
		m.mu.RLock()
		defer m.mu.RUnlock()
		if m.seen[name] {
			n++
		}
	}
	return n
}
