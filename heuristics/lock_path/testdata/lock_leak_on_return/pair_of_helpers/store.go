package store

import "sync"

type conn struct{}

func (c *conn) stop() error { return nil }

func dial() (*conn, error) { return &conn{}, nil }

type Store struct {
	useLock sync.Mutex
}

// Its callers give the lock back with the helper that belongs to it.
func (s *Store) connOk() (*conn, error) {
	s.useLock.Lock()
	return dial()
}

func (s *Store) done(c *conn) error {
	err := c.stop()
	s.useLock.Unlock()
	return err
}

func (s *Store) finally(c *conn) {
	if err := s.done(c); err != nil {
		println(err)
	}
}

func (s *Store) Get() error {
	c, err := s.connOk()
	if err != nil {
		return err
	}
	defer s.finally(c)
	return nil
}

var inhibit sync.RWMutex

func InhibitOk() { inhibit.RLock() }

func Permit() { inhibit.RUnlock() }

func work() {
	InhibitOk()
	defer Permit()
	println()
}

// The release completes a section of its caller's own.
var usage sync.Mutex

func countBad() {
	usage.Lock() // want "released nowhere"
	println()
}

func unuse() { usage.Unlock() }

func use() {
	usage.Lock()
	unuse()
}
