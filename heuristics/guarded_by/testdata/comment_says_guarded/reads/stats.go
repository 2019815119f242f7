package reads

import "sync"

type stats struct {
	// mu protects hits and misses.
	mu     sync.Mutex
	hits   int
	misses int
	name   string
}

func (s *stats) hit() {
	s.mu.Lock()
	s.hits++
	s.mu.Unlock()
}

func (s *stats) HitsBad() int {
	return s.hits // want "The comment says `hits` is guarded by `mu`, but this access does not hold it"
}

func (s *stats) NameOk() string {
	return s.name
}
