package stream

import "sync"

type all struct {
	mu    sync.Mutex
	count int
}

func (a *all) with(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f()
}

type stream struct {
	mu     sync.Mutex
	chunks []int
}

// The literal, which runs in place, takes the lock again.
func removeOk(a *all, s *stream, may bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chunks = nil
	if may && len(s.chunks) == 0 {
		s.mu.Unlock()
		a.with(func() {
			s.mu.Lock()
			a.count--
		})
	}
}

func removeBad(a *all, s *stream, may bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chunks = nil
	if may && len(s.chunks) == 0 {
		s.mu.Unlock()
		a.with(func() {
			s.mu.Lock()
			a.count--
			s.mu.Unlock() // want "^`s.mu` is released here although a deferred call releases it too"
		})
	}
}
