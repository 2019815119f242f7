package namedbyround

import "sync"

type peer struct {
	mu   sync.Mutex
	gone bool
}

type group struct{ peers map[string]*peer }

// Those that are not given back at once are given back at the end.
func (g *group) collectOk() {
	var gone []*peer
	for _, p := range g.peers {
		p.mu.Lock()
		if p.gone {
			gone = append(gone, p)
			continue
		}
		p.mu.Unlock()
	}
	for _, p := range gone {
		p.mu.Unlock()
	}
}

func (g *group) deferredOk(name string) {
	for key, p := range g.peers {
		p.mu.Lock()
		if key == name {
			defer p.mu.Unlock()
			continue
		}
		p.mu.Unlock()
	}
}

// Hand over hand: the lock of the round before is given back under another name.
func (g *group) handOverHandOk(names []string) {
	var last *peer
	for _, name := range names {
		p := g.peers[name]
		p.mu.Lock()
		if last != nil {
			last.mu.Unlock()
		}
		if p.gone {
			p.mu.Unlock()
			return
		}
		last = p
	}
	if last != nil {
		last.mu.Unlock()
	}
}

type shards struct{ locks [8]sync.Mutex }

// All of them are taken in one loop and given back in another.
func (s *shards) allOk() {
	for i := range s.locks {
		s.locks[i].Lock()
	}
	for i := range s.locks {
		s.locks[i].Unlock()
	}
}
