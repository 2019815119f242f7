package twice

import "sync"

type store struct{ mu sync.Mutex }

func (s *store) load() error  { return nil }
func (s *store) check() error { return nil }

func openBad(s *store) error {
	s.mu.Lock()
	unlocked := false
	defer func() {
		if !unlocked {
			s.mu.Unlock()
		}
	}()
	if err := s.load(); err != nil {
		s.mu.Unlock() // want "`s.mu` is released here although a deferred call releases it too"
		return err
	}
	s.mu.Unlock()
	unlocked = true
	return s.check()
}
