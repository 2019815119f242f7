package locals

import (
	"sync"

	"example.org/labels"
)

type shard struct {
	mu   sync.Mutex
	sets map[string]group
}

type group struct {
	name   string
	prints map[string]int
}

func (s *shard) add(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set := s.sets[name]
	set.prints[value]++
	s.sets[name] = set
}

// The literal runs in the call, which is made with the lock held (reduced from grafana/loki, indexShard.delete).
func (s *shard) removeOk(all labels.Labels) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all.Range(func(name, value string) {
		set, ok := s.sets[name]
		if !ok {
			return
		}
		delete(set.prints, value)
	})
}

func (s *shard) removeBad(name, value string) {
	set := s.sets[name]
	delete(set.prints, value) // want "`set` still shares the map `prints`, which is changed here without a lock"
	s.mu.Lock()
	delete(s.sets, name)
	s.mu.Unlock()
}
