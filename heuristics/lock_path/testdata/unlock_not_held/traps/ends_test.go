package traps

import (
	"sync"
	"testing"
)

type shelf struct{ mu sync.Mutex }

func (s *shelf) sort() error { return nil }

func mustBeNil(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// T9: the helper ends the test when there is an error.
func TestSortOk(t *testing.T) {
	s := &shelf{}
	s.mu.Lock()
	err := s.sort()
	if err != nil {
		s.mu.Unlock()
		mustBeNil(t, err)
	}
	s.mu.Unlock()
}
