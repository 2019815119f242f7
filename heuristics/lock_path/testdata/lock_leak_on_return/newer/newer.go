// Package newer: methods with type parameters (Go 1.27), new of a value (Go 1.26).
package newer

import (
	"errors"
	"sync"
)

type store struct {
	mu     sync.Mutex
	limits struct{ most int }
	values map[string]any
}

func (s *store) getBad[T any](name string) (*T, error) {
	s.mu.Lock()
	value, ok := s.values[name].(T)
	if !ok {
		return nil, errors.New("not of this type") // want "`s.mu` is still held"
	}
	s.mu.Unlock()
	return new(value), nil
}

func (s *store) mostBad(ask bool) *int {
	s.mu.Lock()
	if ask {
		return new(s.limits.most * 2) // want "`s.mu` is still held"
	}
	s.mu.Unlock()
	return new(int(1))
}

func (s *store) getOk[T any, L ~[]T](name string) (L, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.values[name].(L)
	if !ok {
		return nil, errors.New("not of this type")
	}
	return value, nil
}
