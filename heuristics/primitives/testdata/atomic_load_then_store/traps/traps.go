package traps

import (
	"sync"
	"sync/atomic"
)

type Stats struct {
	mu    sync.Mutex
	total atomic.Int64
	last  atomic.Int64
	owner atomic.Int64
	flag  atomic.Bool
}

func (s *Stats) addOk(n int64) { s.total.Add(n) }

func (s *Stats) swapOk(n int64) {
	for {
		old := s.total.Load()
		if s.total.CompareAndSwap(old, old+n) {
			return
		}
	}
}

// A lock is held.
func (s *Stats) lockedOk(n int64) {
	s.mu.Lock()
	s.total.Store(s.total.Load() + n)
	s.mu.Unlock()
}

// What is stored has nothing to do with what was loaded.
func (s *Stats) noteOk(now int64) {
	if s.last.Load() != now {
		s.last.Store(now)
	}
}

func (s *Stats) markOk() {
	if !s.flag.Load() {
		s.flag.Store(true)
	}
}

// T16: one goroutine alone writes it.
func (s *Stats) run() {
	for {
		s.owner.Store(s.owner.Load() + 1)
	}
}

func Start() *Stats {
	s := &Stats{}
	go s.run()
	return s
}
