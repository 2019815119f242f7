package namedbyround

import "sync"

type node struct {
	mu    sync.Mutex
	gone  bool
	count int
}

type set struct {
	nodes map[string]*node
	locks [8]sync.Mutex
	sizes [8]int
}

func (s *set) skipBad(name string) {
	for key, n := range s.nodes {
		n.mu.Lock()
		if key == name {
			continue // want "`n.mu` is still locked when this round of the loop ends"
		}
		n.count++
		n.mu.Unlock()
	}
}

func (s *set) outerBad(names []string) {
outer:
	for _, name := range names {
		n := s.nodes[name]
		n.mu.Lock()
		for i := range n.count {
			if i == 3 {
				continue outer // want "`n.mu` is still locked when this round"
			}
		}
		n.mu.Unlock()
	}
}

func (s *set) endBad() {
	for _, n := range s.nodes {
		n.mu.Lock()
		if !n.gone {
			n.count++
			n.mu.Unlock()
		}
	} // want "`n.mu` is still locked when this round"
}

func (s *set) shardBad() {
	for i := range s.locks {
		s.locks[i].Lock()
		if s.sizes[i] == 0 {
			continue // want "`s.locks.i.` is still locked when this round"
		}
		s.sizes[i]--
		s.locks[i].Unlock()
	}
}
