package objects

import "sync"

type statesService struct {
	mu    sync.Mutex
	state int
	cause error
	run   func() error
}

func (s *statesService) enter(from, to int, and func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != from {
		return false
	}
	s.state = to
	if and != nil {
		and()
	}
	return true
}

func (s *statesService) mustEnter(from, to int, and func()) {
	if !s.enter(from, to, and) {
		panic("wrong state")
	}
}

func (s *statesService) main() {
	if err := s.run(); err != nil {
		s.mustEnter(1, 2, func() { s.cause = err })
	}
}

func (s *statesService) start() { go s.main() }

func (s *statesService) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cause
}

// The literal runs under the lock, two calls on.
func startOk(s *statesService) error {
	s.start()
	return s.failure()
}
