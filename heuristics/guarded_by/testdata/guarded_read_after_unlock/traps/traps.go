package traps

import "sync"

type store struct {
	mu     sync.Mutex
	other  sync.Mutex
	name   string
	items  []string
	leader string
	done   chan struct{}
	wg     sync.WaitGroup
}

func newStore(name string) *store {
	s := &store{name: name, done: make(chan struct{})}
	s.mu.Lock()
	s.mu.Unlock()
	s.items = nil
	return s
}

func (s *store) replace(items []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = items
}

func (s *store) lastBad() string {
	s.mu.Lock()
	n := len(s.items)
	s.mu.Unlock()
	if n == 0 {
		return ""
	}
	return s.items[n-1] // want "`s.items` is read after `s.mu` was released"
}

// The field is set once, by the constructor.
func (s *store) nameOk() string {
	s.mu.Lock()
	n := len(s.items)
	s.mu.Unlock()
	if n == 0 {
		return ""
	}
	return s.name
}

// A fresh object (trap T10).
func freshOk() *store {
	s := &store{}
	s.mu.Lock()
	s.items = []string{"a"}
	s.mu.Unlock()
	_ = s.items
	return s
}

// The lock is taken again.
func (s *store) againOk() int {
	s.mu.Lock()
	s.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}

// The lock of another object.
func (s *store) copyOk(from *store) {
	from.mu.Lock()
	from.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = append([]string(nil), s.items...)
}

// Helpers that are called with the lock held (traps T3, T4, T11).
func (s *store) flushLocked() int {
	s.mu.Unlock()
	s.mu.Lock()
	return len(s.items)
}

// One goroutine writes the field, and reads it too (trap T16).
func (s *store) startOk() {
	s.wg.Add(1)
	go s.electOk()
}

func (s *store) electOk() {
	defer s.wg.Done()
	s.mu.Lock()
	s.leader = "me"
	s.mu.Unlock()
	_ = s.leader
}

// Everybody who writes has been waited for (trap T18).
func (s *store) closeOk() []string {
	s.mu.Lock()
	close(s.done)
	s.mu.Unlock()
	s.wg.Wait()
	return s.items
}

// Another lock is held that the field may belong to.
func (s *store) bothOk() int {
	s.other.Lock()
	defer s.other.Unlock()
	s.mu.Lock()
	s.mu.Unlock()
	return len(s.items)
}
