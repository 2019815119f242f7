package traps

import "sync"

type store struct {
	mu      sync.RWMutex
	statMu  sync.Mutex
	slots   []int
	items   map[string]int
	reads   int
	once    sync.Once
	sorted  []string
	private int
	batch   []string
	found   int
	done    chan struct{}
}

// NewOk works on a fresh object (trap T10).
func NewOk() *store {
	s := &store{items: map[string]int{}, done: make(chan struct{})}
	s.mu.RLock()
	s.items["first"] = 1
	s.mu.RUnlock()
	return s
}

func (s *store) Set(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[name] = n
	s.slots = append(s.slots, n)
	s.reads = 0
	s.sorted = nil
}

// A further lock keeps the readers apart.
func (s *store) GetOk(name string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.statMu.Lock()
	s.reads++
	s.statMu.Unlock()
	return s.items[name]
}

// Every reader has an element of its own (trap T20).
func (s *store) MarkOk(i int) {
	s.mu.RLock()
	s.slots[i] = 1
	s.mu.RUnlock()
}

func (s *store) SortedOk() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.once.Do(func() {
		for name := range s.items {
			s.sorted = append(s.sorted, name)
		}
	})
	return s.sorted
}

// The lock is for items; nobody else uses private under it.
func (s *store) roundOk() {
	s.mu.RLock()
	s.private = len(s.items)
	s.mu.RUnlock()
}

func (s *store) run() {
	for range s.done {
		s.roundOk()
	}
}

// Under the write lock the read lock is not needed.
func (s *store) BothOk(name string) {
	s.mu.RLock()
	_, ok := s.items[name]
	s.mu.RUnlock()
	if !ok {
		s.mu.Lock()
		s.items[name] = 1
		s.mu.Unlock()
	}
}

// pushOk is externally synchronized; the read lock keeps out those who replace items.
func (s *store) pushOk(n int) {
	s.mu.RLock()
	s.reads = n
	s.mu.RUnlock()
}

func (s *store) Push(n int) { s.pushOk(n) }

// Nobody else looks at batch without the write lock, and one goroutine comes here.
func (s *store) tickOk() {
	s.mu.RLock()
	s.batch = nil
	s.mu.RUnlock()
}

func (s *store) Flush() {
	s.mu.Lock()
	s.batch = nil
	s.mu.Unlock()
}

func (s *store) Run() {
	for range s.done {
		s.tickOk()
	}
}

// One goroutine counts and shows what it has counted.
func (s *store) Watch() {
	for range s.done {
		s.roundsOk()
	}
}

func (s *store) roundsOk() {
	s.countOk()
	s.show(s.found)
}

func (s *store) countOk() {
	s.mu.RLock()
	s.found = len(s.items)
	s.mu.RUnlock()
}

func (s *store) show(n int) {}

func (s *store) Reset() {
	s.mu.Lock()
	s.found = 0
	s.mu.Unlock()
}
