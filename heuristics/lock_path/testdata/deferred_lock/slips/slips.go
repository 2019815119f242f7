package slips

import "sync"

type Store struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	items map[string]int
}

func (s *Store) SetBad(name string) {
	s.mu.Lock()
	defer s.mu.Lock() // want "^This deferred call locks `s.mu` again while it is still held; Unlock was probably meant.$"
	s.items[name] = 1
}

func (s *Store) GetBad(name string) int {
	s.rw.RLock()
	defer s.rw.RLock() // want "This deferred call locks `s.rw` again"
	return s.items[name]
}

func (s *Store) GoBad(names chan string) {
	go func() {
		s.mu.Lock()
		defer s.mu.Lock() // want "This deferred call locks `s.mu` again"
		s.items[<-names] = 1
	}()
}

// T3: entered with the lock held, given back for the time of the call.
func (s *Store) waitOk(names chan string) string {
	s.mu.Unlock()
	defer s.mu.Lock()
	return <-names
}

// T3: taken here, and given back for the time of a literal.
func (s *Store) yieldOk(names chan string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	func() {
		s.mu.Unlock()
		defer s.mu.Lock()
		<-names
	}()
	s.items["x"] = 1
}

// Another lock is deferred.
func (s *Store) otherOk() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rw.Lock()
	defer s.rw.Unlock()
	s.items["x"] = 1
}
