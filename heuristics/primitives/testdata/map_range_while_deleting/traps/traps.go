package traps

import "sync"

type Server struct {
	mu       sync.Mutex
	sessions map[string]bool
	others   map[string]bool
}

func (s *Server) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

// Both hold the lock: the goroutines wait until the loop has ended.
func (s *Server) lockedOk() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.sessions {
		go s.remove(id)
	}
}

// Another map.
func (s *Server) otherOk() {
	for id := range s.sessions {
		go func() { delete(s.others, id) }()
	}
}

// The loop itself may delete.
func (s *Server) sameOk() {
	for id := range s.sessions {
		delete(s.sessions, id)
	}
}

// T18: each round waits.
func (s *Server) joinedOk() {
	for id := range s.sessions {
		done := make(chan struct{})
		go func() {
			delete(s.sessions, id)
			close(done)
		}()
		<-done
	}
}

// The keys are collected first.
func (s *Server) keysOk() {
	var ids []string
	for id := range s.sessions {
		ids = append(ids, id)
	}
	for _, id := range ids {
		go s.remove(id)
	}
}
