package sequence

import "sync"

type stream struct {
	mu     sync.RWMutex
	cl     sync.Mutex
	last   uint64
	next   uint64
	served int
}

func (s *stream) Store() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	return s.last
}

func (s *stream) Purge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = 0
}

func (s *stream) Last() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.last
}

// Who passes false holds the stream's lock already.
func recapture(s *stream, needLock bool) uint64 {
	s.cl.Lock()
	defer s.cl.Unlock()
	if needLock {
		s.mu.RLock()
	}
	last := s.last
	s.next = last + 1
	if needLock {
		s.mu.RUnlock()
	}
	return last
}

// Server lock held on entry.
func (s *stream) ahead() uint64 {
	s.cl.Lock()
	defer s.cl.Unlock()
	return s.next - s.last
}

func (s *stream) Behind() uint64 {
	s.cl.Lock()
	defer s.cl.Unlock()
	return s.last - s.next // want "`last` is guarded by `s.cl` here and by `s.mu`"
}
