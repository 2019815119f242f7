package counters

import (
	"sync"
	"sync/atomic"
)

type stats struct {
	mu     sync.Mutex
	hits   int64
	misses int64
	size   int64
	wg     sync.WaitGroup
}

// NewOk makes the object (trap T10).
func NewOk(size int64) *stats {
	s := &stats{}
	s.hits = size
	return s
}

func (s *stats) hit() {
	atomic.AddInt64(&s.hits, 1)
	atomic.AddInt64(&s.misses, -1)
}

func (s *stats) load() int64 {
	return atomic.LoadInt64(&s.hits)
}

func (s *stats) ResetBad() {
	s.hits = 0 // want(all) "`hits` is updated with sync/atomic in `stats.hit` but written plainly here"
}

func (s *stats) HitsBad() int64 {
	return s.hits // want(all) "`hits` is updated with sync/atomic in `stats.hit` but read plainly here"
}

// Nobody loads it atomically: it may be read when all is done.
func (s *stats) Misses() int64 {
	return s.misses // want(all) "`misses` is updated with sync/atomic"
}

// Everybody has been waited for (trap T18).
func (s *stats) WaitOk() int64 {
	s.wg.Wait()
	return s.hits
}

// A lock keeps the others away.
func (s *stats) LockedOk() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits
}

// The author knows.
func (s *stats) PeekOk() int64 {
	return s.hits // racy, for a log line
}

// It is never updated atomically.
func (s *stats) SizeOk() int64 {
	s.size++
	return s.size
}
