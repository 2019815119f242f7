package reads

import (
	"sync"
	"time"
)

type status struct {
	id     int
	mu     sync.Mutex // protect variables below
	active bool
	since  time.Time

	name string
}

func (s *status) activate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.active {
		s.active = true
		s.since = time.Now()
		s.name = "active"
	}
}

func (s *status) deactivate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = false
	s.since = time.Time{}
}

type peer struct {
	status *status
}

// Reduced from etcd-io/etcd c5af1d7a88.
func (p *peer) sinceBad() time.Time {
	return p.status.since // want "The comment says `since` is guarded by `mu`, but this access does not hold it"
}

func (p *peer) idOk() (int, string) {
	return p.status.id, p.status.name
}

// Nobody else knows it yet (trap T10).
func newStatusOk() *status {
	s := &status{}
	s.since = time.Now()
	return s
}

// The caller holds it (trap T11).
func (s *status) resetOk() {
	s.since = time.Time{}
}

func (s *status) restart() {
	s.mu.Lock()
	s.resetOk()
	s.mu.Unlock()
}

// The author knows.
func (s *status) dumpOk() bool {
	return s.active // racy, but good enough for a log line
}
