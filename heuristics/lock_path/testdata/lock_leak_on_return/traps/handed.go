package traps

import "sync"

type registry struct {
	sync.RWMutex
	names map[string]int
}

func (r *registry) onceByMethodValueOk(name string, tell func()) {
	r.Lock()
	once := sync.Once{}
	unlock := func() {
		once.Do(r.Unlock)
	}
	defer unlock()
	delete(r.names, name)
	unlock()
	tell()
}

type handle struct {
	locker sync.Locker
	unlock func()
}

func (r *registry) handleKeepsLockerOk(fail func() error) (*handle, error) {
	locker := r.RLocker()
	locker.Lock()
	if err := fail(); err != nil {
		locker.Unlock()
		return nil, err
	}
	return &handle{locker: locker}, nil
}

type keys struct{ held map[string]chan struct{} }

func (k *keys) Lock(key string)   { k.held[key] <- struct{}{} }
func (k *keys) Unlock(key string) { <-k.held[key] }

type store struct {
	keys *keys
	mu   sync.Mutex
}

func (s *store) onceInLiteralOk(key string, fail func() error) (*handle, error) {
	s.keys.Lock(key)
	var once sync.Once
	unlock := func() {
		once.Do(func() {
			s.keys.Unlock(key)
		})
	}
	if err := fail(); err != nil {
		unlock()
		return nil, err
	}
	return &handle{unlock: unlock}, nil
}

func (s *store) onceAtOnceOk(fail func() error) error {
	s.mu.Lock()
	var once sync.Once
	unlock := func() { once.Do(func() { s.mu.Unlock() }) }
	if err := fail(); err != nil {
		unlock()
		return err
	}
	unlock()
	return nil
}

type part struct{ releasers []func() }

func (s *store) appendedOk(key string, fetch func() (*part, error)) (_ *part, err error) {
	s.keys.Lock(key)
	cleanup := func() { s.keys.Unlock(key) }
	defer func() {
		if err != nil {
			cleanup()
		}
	}()
	one, err := fetch()
	if err != nil {
		return nil, err
	}
	one.releasers = append(one.releasers, cleanup)
	return one, nil
}

type locks [8]sync.Mutex

func (l *locks) Hash(key int) int { return key % len(l) }
func (l *locks) Lock(key int)     { l[l.Hash(key)].Lock() }
func (l *locks) Unlock(key int)   { l[l.Hash(key)].Unlock() }

func mergeOk(l *locks, one, other int, merge, after func() error) error {
	l.Lock(one)
	if l.Hash(one) != l.Hash(other) {
		l.Lock(other)
	}
	if err := merge(); err != nil {
		if l.Hash(one) != l.Hash(other) {
			l.Unlock(other)
		}
		l.Unlock(one)
		return err
	}
	if l.Hash(one) != l.Hash(other) {
		l.Unlock(other)
	}
	l.Unlock(one)
	return after()
}
