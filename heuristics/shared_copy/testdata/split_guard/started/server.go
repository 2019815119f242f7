// Reduced from nats-io/nats-server: what is started makes the table under the lock of the whole server.
package started

import "sync"

type sessions struct {
	mu    sync.Mutex
	known map[string]int
	old   map[string]int
}

type server struct {
	mu       sync.Mutex
	sessions sessions
	port     int
}

func (s *server) startSessionsOk() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.known = make(map[string]int)
	s.port++
	go s.accept()
}

func (s *server) accept() {}

func (s *server) resetBad() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.old = make(map[string]int) // want "`old` is guarded by `s.mu` here and by `.*mu` in"
	s.port = 0
}

func (s *server) Open(name string) {
	t := &s.sessions
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known[name]++
	t.old[name]++
}

func (s *server) Close(name string) {
	t := &s.sessions
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, name)
	delete(t.old, name)
}

func (s *server) Has(name string) bool {
	t := &s.sessions
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known[name] > 0 && t.old[name] > 0
}
