package getters

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
	return s.hits // want "`hits` is read without `mu`, while `stats.hit` changes it under that lock"
}

func (s *stats) NameOk() string {
	return s.name
}
