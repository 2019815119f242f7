package counters

import "sync/atomic"

type Stats struct {
	total  atomic.Int64
	hits   int64
	closed atomic.Bool
	quit   chan struct{}
	lonely atomic.Int64
}

func (s *Stats) AddBad(n int64) {
	s.total.Store(s.total.Load() + n) // want "^Load then Store loses concurrent updates of `s.total`.$"
}

func (s *Stats) Reset() {
	s.total.Store(0)
	atomic.StoreInt64(&s.hits, 0)
	s.closed.Store(false)
}

func (s *Stats) HitBad() {
	hits := atomic.LoadInt64(&s.hits)
	atomic.StoreInt64(&s.hits, hits+1) // want "concurrent updates of `s.hits`"
}

func (s *Stats) CloseBad() {
	if !s.closed.Load() {
		s.closed.Store(true) // want "concurrent updates of `s.closed`"
		close(s.quit)
	}
}

// Nobody else changes it, as far as the package tells.
func (s *Stats) Lonely() {
	s.lonely.Store(s.lonely.Load() + 1) // want(all) "concurrent updates of `s.lonely`"
}
