package handed

import "sync"

type store struct {
	// mu is read-locked by a transaction from its beginning to its end.
	mu sync.RWMutex
	// revMu protects compacted.
	revMu     sync.Mutex
	compacted int64
}

type common struct{ s *store }

type readTxn struct{ common }

func (s *store) Read() *readTxn {
	s.mu.RLock()
	return &readTxn{common{s}}
}

// End gives back what Read has taken.
func (t *readTxn) End() {
	t.s.mu.RUnlock()
}

// The transaction holds the other lock of those who change the revision (trap T2).
func (t *common) oldOk(rev int64) bool {
	return rev < t.s.compacted
}

func (t *readTxn) Get(rev int64) bool {
	return t.oldOk(rev)
}

func (s *store) Compact(rev int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revMu.Lock()
	defer s.revMu.Unlock()
	s.compacted = rev
}

func (s *store) Restore() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revMu.Lock()
	s.compacted = 0
	s.revMu.Unlock()
}

// Nothing is held here.
func (s *store) CompactedBad() int64 {
	return s.compacted // want "The comment says `compacted` is guarded by `revMu`, but this access does not hold it."
}

func (s *store) Compacted() int64 {
	s.revMu.Lock()
	defer s.revMu.Unlock()
	return s.compacted
}

func (s *store) Advance(by int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revMu.Lock()
	defer s.revMu.Unlock()
	s.compacted += by
}
