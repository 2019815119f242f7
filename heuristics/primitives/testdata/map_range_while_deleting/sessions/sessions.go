package sessions

import "sync"

type session struct{}

func (s *session) close() {}

type Server struct {
	mu       sync.Mutex
	sessions map[string]*session
}

func (s *Server) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

// The lock in the goroutine alone does not help.
func (s *Server) CallBad() {
	for id := range s.sessions { // want "^The loop ranges over `s.sessions` while its goroutines delete from it.$"
		go s.remove(id)
	}
}

func (s *Server) CloseAllBad() {
	for id, one := range s.sessions { // want "The loop ranges over `s.sessions`"
		go func() {
			one.close()
			s.remove(id)
		}()
	}
}

// goroutine-map-write tells this one.
func (s *Server) ownDelete() {
	for id := range s.sessions {
		go func() {
			delete(s.sessions, id)
		}()
	}
}
