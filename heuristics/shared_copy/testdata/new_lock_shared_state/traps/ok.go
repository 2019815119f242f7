package dedupe

import "sync"

// T13: the map is only ever replaced, never changed in place. The shape of cortexproject/cortex Ring.ShuffleShard.
type Ring struct {
	mu    sync.RWMutex
	zones map[string][]uint32
}

func (r *Ring) Update(zones map[string][]uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.zones = zones
}

func (r *Ring) shuffleShardOk(size int) *Ring {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return &Ring{zones: r.zones}
}

// The lock is handed over with the state.
type Shared struct {
	mu   *sync.Mutex
	seen map[string]int
}

func (s *Shared) Count(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[name]++
}

func (s *Shared) withOk() *Shared {
	return &Shared{mu: s.mu, seen: s.seen}
}

func (s *Shared) ownLockBad() *Shared {
	return &Shared{mu: &sync.Mutex{}, seen: s.seen} // want "gets its own `mu` but shares `seen` with `s`"
}

// T14: what is shared locks itself.
type Cache struct {
	mu    sync.Mutex
	items sync.Map
	inner *Shared
	ready chan struct{}
}

func (c *Cache) Fill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inner.Count("fill")
	c.inner.seen["x"] = 1
}

func (c *Cache) withOk() *Cache {
	return &Cache{inner: c.inner, ready: c.ready}
}

// T10: the source is a local that nobody else has, or gives its state away.
type Set struct {
	mu    sync.Mutex
	names map[string]bool
}

func (s *Set) Add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[name] = true
}

func newSetOk(names []string) *Set {
	draft := &Set{names: map[string]bool{}}
	for _, name := range names {
		draft.names[name] = true
	}
	return &Set{names: draft.names}
}

func (s *Set) takeOk() *Set {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := &Set{names: s.names}
	s.names = map[string]bool{}
	return taken
}

func (s *Set) resetOk() {
	*s = Set{names: s.names}
}

// No lock guards it: whoever changes it takes none.
type Plain struct {
	mu    sync.Mutex
	state map[string]int
}

func (p *Plain) set(name string) { p.state[name] = 1 }

func (p *Plain) withOk() *Plain { return &Plain{state: p.state} }
