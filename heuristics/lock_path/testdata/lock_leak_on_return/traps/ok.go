package traps

import (
	"log"
	"os"
	"sync"
	"testing"
)

type Store struct {
	mu     sync.Mutex
	rw     sync.RWMutex
	locks  [4]sync.Mutex
	closed bool
	items  map[string]int
}

// T1: the caller gets the release.
func (s *Store) acquireOk() (func(), bool) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, false
	}
	return s.mu.Unlock, true
}

// T1: the caller gets a closure that releases.
func (s *Store) acquireClosureOk() func() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return func() {}
	}
	return func() { s.mu.Unlock() }
}

// T1: returns locked by design, no release in the body.
func (s *Store) enterOk() {
	s.rw.Lock()
	s.closed = false
}

type Handed struct {
	mu   sync.Mutex
	busy bool
}

// T2: begin hands the lock over to end.
func (h *Handed) beginOk() bool {
	h.mu.Lock()
	if h.busy {
		h.mu.Unlock()
		return false
	}
	h.busy = true
	return true
}

func (h *Handed) end() {
	h.busy = false
	h.mu.Unlock()
}

// T3: entered with the lock held, released and taken again.
func (s *Store) relockOk(key string) int {
	s.mu.Unlock()
	value := len(key)
	s.mu.Lock()
	if s.closed {
		return 0
	}
	s.items[key] = value
	return value
}

// T4: the name says that the lock is held.
func (s *Store) addLocked(key string) bool {
	if s.closed {
		return false
	}
	s.mu.Unlock()
	defer s.mu.Lock()
	return key != ""
}

// T5: a TryLock that failed holds nothing.
func (s *Store) tryOk() bool {
	if !s.mu.TryLock() {
		return false
	}
	defer s.mu.Unlock()
	return s.closed
}

func (s *Store) tryVariableOk() bool {
	if ok := s.mu.TryLock(); !ok {
		return false
	}
	s.mu.Unlock()
	return true
}

// T6: taken and released under the same condition.
func (s *Store) conditionOk(safe bool) int {
	if safe {
		s.mu.Lock()
	}
	n := len(s.items)
	if safe {
		s.mu.Unlock()
	}
	return n
}

// T6: a flag beside the lock.
func (s *Store) flagOk(keys []string) int {
	locked := false
	if len(keys) > 0 {
		s.mu.Lock()
		locked = true
	}
	n := len(s.items)
	if locked {
		s.mu.Unlock()
	}
	return n
}

type Options struct{ concurrent bool }

// T6: the condition is a field.
func (s *Store) fieldConditionOk(o Options) int {
	if o.concurrent {
		s.mu.Lock()
	}
	n := len(s.items)
	if o.concurrent {
		s.mu.Unlock()
	}
	return n
}

// T7: the release is deferred inside a closure, held in a variable, or given to the test.
func (s *Store) deferredClosureOk() int {
	s.mu.Lock()
	defer func() {
		s.closed = false
		s.mu.Unlock()
	}()
	if s.closed {
		return 0
	}
	return 1
}

func (s *Store) variableOk() int {
	s.mu.Lock()
	unlock := s.mu.Unlock
	defer unlock()
	if s.closed {
		return 0
	}
	return 1
}

func (s *Store) cleanupOk(t *testing.T) int {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return 0
	}
	t.Cleanup(s.mu.Unlock)
	return 1
}

// T8: a callee releases the lock that it is given.
func giveBack(mu *sync.Mutex, fail bool) bool {
	mu.Unlock()
	return fail
}

func calleeOk(mu *sync.Mutex, fail bool) bool {
	mu.Lock()
	if fail {
		return giveBack(mu, fail)
	}
	mu.Unlock()
	return false
}

// T8: launched code releases it.
func launchedOk(mu *sync.Mutex, done chan struct{}, now bool) {
	mu.Lock()
	if now {
		mu.Unlock()
		return
	}
	go func() {
		<-done
		mu.Unlock()
	}()
}

// T9: the path ends there.
func (s *Store) endsOk(t *testing.T, kind int) int {
	s.mu.Lock()
	switch kind {
	case 0:
		panic("kind")
	case 1:
		log.Fatalf("kind %d", kind)
	case 2:
		t.Fatal("kind")
	case 3:
		os.Exit(1)
	}
	s.mu.Unlock()
	return kind
}

// T22: another element is another lock.
func (s *Store) elementsOk() int {
	for i := range s.locks {
		s.locks[i].Lock()
	}
	n := len(s.items)
	for i := range s.locks {
		s.locks[i].Unlock()
	}
	return n
}

// Released around a wait inside the loop.
func (s *Store) loopOk(in chan string) {
	s.mu.Lock()
	for !s.closed {
		s.mu.Unlock()
		<-in
		s.mu.Lock()
	}
	s.mu.Unlock()
}

// T3: entered with the lock held on the way around a loop.
func (s *Store) pollOk(in chan string) bool {
	for range in {
		s.rw.Unlock()
		<-in
		s.rw.Lock()
		if s.closed {
			return false
		}
	}
	return true
}

// The name says locked, but the function takes the lock itself: nothing is handed over.
type Door struct {
	mu   sync.Mutex
	open bool
}

func (d *Door) isLocked() bool {
	d.mu.Lock()
	if d.open {
		d.mu.Unlock()
		return false
	}
	d.mu.Unlock()
	return true
}

func (d *Door) closeBad() bool {
	d.mu.Lock()
	if !d.open {
		return false // want "`d.mu` is still held by this return"
	}
	d.mu.Unlock()
	return true
}

// T8: the callee releases, and only on the path that calls it.
type Pages struct {
	sync.Mutex
	dirty bool
}

func (p *Pages) flush() error {
	p.dirty = false
	p.Unlock()
	return nil
}

func (p *Pages) CloseBad() error {
	p.Lock()
	if p.dirty {
		return p.flush()
	}
	if p == nil {
		p.Unlock()
		return nil
	}
	return nil // want "`p` is still held by this return"
}

// T7: the deferred literal gets the struct as an argument.
func (p *Pages) readOk(key string) (err error) {
	p.Lock()
	defer func(pages *Pages) {
		pages.Unlock()
	}(p)
	if key == "" {
		return nil
	}
	return err
}

// T3: a literal gives the lock back for the time of a call, in code that holds it.
func (d *Door) yieldOk(in chan bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !d.open {
		func() {
			d.mu.Unlock()
			defer d.mu.Lock()
			<-in
		}()
	}
	return nil
}

// T3: a callback that runs with the lock held.
func (d *Door) callbackOk(in chan bool) func() error {
	return func() error {
		err := func() error {
			d.mu.Unlock()
			defer d.mu.Lock()
			<-in
			return nil
		}()
		if err != nil {
			return err
		}
		d.open = true
		return nil
	}
}

// T5: a lock that can fail is not held where it did.
type fileLock struct{ path string }

func (f *fileLock) Lock() error   { return nil }
func (f *fileLock) Unlock() error { return nil }

func writeOk(f *fileLock) error {
	if err := f.Lock(); err != nil {
		return err
	}
	defer func() {
		f.Unlock()
	}()
	return nil
}
