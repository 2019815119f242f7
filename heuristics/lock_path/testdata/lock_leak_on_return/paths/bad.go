package paths

import (
	"errors"
	"sync"
)

var errClosed = errors.New("closed")

type Store struct {
	mu     sync.Mutex
	rw     sync.RWMutex
	closed bool
	items  map[string]int
}

func (s *Store) ErrorPathBad(key string) error {
	s.mu.Lock()
	if s.closed {
		return errClosed // want "`s.mu` is still held by this return"
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *Store) ReadLockBad(key string) (int, bool) {
	s.rw.RLock()
	value, ok := s.items[key]
	if !ok {
		return 0, false // want "`s.rw` is still read-locked by this return, so the next writer blocks forever."
	}
	s.rw.RUnlock()
	return value, true
}

func (s *Store) EndOfFunctionBad(key string) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.items[key] = 1
} // want "`s.mu` is still locked when the function ends"

func (s *Store) SwitchBad(kind int) int {
	s.mu.Lock()
	switch kind {
	case 0:
		s.mu.Unlock()
		return 0
	case 1:
		return 1 // want "`s.mu` is still held"
	default:
		s.mu.Unlock()
	}
	return 2
}

func (s *Store) SelectBad(quit chan struct{}, in chan string) {
	s.mu.Lock()
	select {
	case <-quit:
		return // want "`s.mu` is still held by this return"
	case key := <-in:
		s.items[key]++
	}
	s.mu.Unlock()
}

func (s *Store) LiteralBad(keys []string) func(string) bool {
	return func(key string) bool {
		s.mu.Lock()
		if s.closed {
			return false // want "`s.mu` is still held by this return"
		}
		s.mu.Unlock()
		return true
	}
}

func (s *Store) LaunchedBad(in chan string) {
	go func() {
		for key := range in {
			s.mu.Lock()
			if s.closed {
				return // want "`s.mu` is still held by this return"
			}
			s.items[key]++
			s.mu.Unlock()
		}
	}()
}

func (s *Store) ContinueBad(keys []string) {
	for _, key := range keys {
		s.mu.Lock() // want "`s.mu` can still be held from the round before when this round locks it again: a deadlock."
		if key == "" {
			continue
		}
		s.items[key]++
		s.mu.Unlock()
	}
}
