// Reduced from nats-io/nats-server@6b586b528d and nats-io/nats-server@59a2102f74; the code is written anew.
package kinds

import "sync"

type stream struct {
	mu    sync.RWMutex
	state int
}

func (s *stream) levelBad() int {
	s.mu.RLock()
	defer s.mu.Unlock() // want "`s.mu` is read-locked but released with Unlock; this is a fatal error at run time"
	return s.state
}

func (s *stream) checkBad() {
	s.mu.Lock()
	if s.state < 0 {
		s.mu.RUnlock() // want "`s.mu` is locked for writing but released with RUnlock"
		return
	}
	s.state++
	s.mu.Unlock()
}

func (s *stream) onePathBad(write bool) {
	if write {
		s.mu.Lock()
		s.state++
	} else {
		s.mu.RLock()
	}
	s.mu.Unlock() // want "`s.mu` is read-locked but released with Unlock"
}

// T6: the same condition at both ends.
func (s *stream) eitherOk(write bool) {
	if write {
		s.mu.Lock()
		s.state++
	} else {
		s.mu.RLock()
	}
	if write {
		s.mu.Unlock()
	} else {
		s.mu.RUnlock()
	}
}

// T3: entered with the lock held, in a way that only the caller knows.
func (s *stream) yieldOk() {
	s.mu.RUnlock()
	s.state++
	s.mu.RLock()
}

// T3: the caller's read lock is exchanged for a write lock, and given back as it was.
func (s *stream) exchangeOk() {
	s.mu.RUnlock()
	s.mu.Lock()
	s.state++
	s.mu.Unlock()
	s.mu.RLock()
}

// The lock is taken in one way, given back, and taken in the other.
func (s *stream) bothOk() {
	s.mu.RLock()
	n := s.state
	s.mu.RUnlock()
	if n == 0 {
		s.mu.Lock()
		s.state = 1
		s.mu.Unlock()
	}
}

// A locker of the readers releases what it takes.
func (s *stream) lockerOk() {
	l := s.mu.RLocker()
	l.Lock()
	defer l.Unlock()
}
