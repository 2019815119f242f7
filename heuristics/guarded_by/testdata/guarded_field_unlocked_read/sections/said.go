package sections

import "sync"

type stream struct {
	mu        sync.Mutex
	committed bool
	attempt   *file
	// pending is only accessed from callbacks, which come one by one.
	pending *file
	order   []string
	limit   int
}

func (s *stream) retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.committed {
		s.attempt = &file{name: s.attempt.name}
		s.order = append(s.order, s.attempt.name)
		s.limit++
	}
}

func (s *stream) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempt = &file{}
	s.pending = nil
	s.order = nil
	s.limit = 0
}

func (s *stream) commit() {
	s.mu.Lock()
	s.committed = true
	s.mu.Unlock()
}

// The attempt is committed: nobody replaces it any more (reduced from grpc/grpc-go, clientStream.Trailer).
func (s *stream) NameOk() string {
	s.commit()
	if s.attempt == nil {
		return ""
	}
	return s.attempt.name
}

// The field says that it needs no lock.
func (s *stream) swapOk() {
	if s.pending == nil {
		return
	}
	s.mu.Lock()
	s.attempt = s.pending
	s.pending = nil
	s.mu.Unlock()
}

// orderOk must be called from the event loop.
func (s *stream) orderOk() int {
	n := len(s.order)
	s.mu.Lock()
	defer s.mu.Unlock()
	return n + len(s.order)
}

type request struct{ done chan struct{} }

// Who asks waits until it is done (trap T18).
func (s *stream) answerOk(r request) {
	if s.limit > 1 {
		s.mu.Lock()
		s.limit = 1
		s.mu.Unlock()
	}
	close(r.done)
}
