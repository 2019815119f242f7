package sections

import (
	"sync"
	"time"
)

type sink struct {
	mu     sync.Mutex
	ticker *time.Ticker
	buf    []byte
	done   chan struct{}
	name   string
	level  int
	stop   bool
	file   *file
	turns  int
	wg     sync.WaitGroup
}

type file struct{ name string }

// Reduced from grpc/grpc-go 65cabd74d8: the ticker is made by the first write.
func (s *sink) Write(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ticker == nil {
		s.startFlushing()
	}
	s.buf = append(s.buf, b...)
}

func (s *sink) startFlushing() {
	s.ticker = time.NewTicker(time.Second)
	go func() {
		for range s.done {
			s.mu.Lock()
			s.buf = s.buf[:0]
			s.mu.Unlock()
		}
	}()
}

func (s *sink) CloseBad() {
	if s.ticker != nil { // want "`ticker` is read without `mu`, while `sink.startFlushing` changes it under that lock"
		s.ticker.Stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf = nil
	s.stop = true
}

// The length is looked at before the lock is taken.
func (s *sink) TrimBad(n int) {
	if len(s.buf) < n { // want "`buf` is read without `mu`, while .+ changes it under that lock"
		return
	}
	s.mu.Lock()
	s.buf = s.buf[:n]
	s.mu.Unlock()
}

// The lock is taken by a method that is called later.
func (s *sink) DrainBad() {
	if len(s.buf) == 0 { // want "`buf` is read without `mu`"
		return
	}
	s.reset()
}

func (s *sink) reset() {
	s.mu.Lock()
	s.buf = nil
	s.mu.Unlock()
}

// The comment shows that the author knows.
func (s *sink) PeekOk() bool {
	// A quick look without the lock; it is looked at again below.
	if s.stop {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.stop
}

// Everybody else has been waited for (trap T18).
func (s *sink) WaitOk() int {
	s.wg.Wait()
	n := len(s.buf)
	s.mu.Lock()
	s.buf = nil
	s.mu.Unlock()
	return n
}

// The buffer of another sink: the lock that is taken is not its lock.
func (s *sink) mergeOk(other sink) {
	n := len(other.buf)
	s.mu.Lock()
	s.level = n
	s.mu.Unlock()
}

// It is set once, when the sink is opened; to read it later needs no lock.
func (s *sink) attach() {
	s.mu.Lock()
	s.file = &file{}
	s.level++
	s.mu.Unlock()
}

func (s *sink) FileOk() string {
	name := s.file.name
	s.mu.Lock()
	defer s.mu.Unlock()
	return name + s.name
}

// One goroutine counts the turns, and looks at them (trap T16).
func (s *sink) runOk() {
	go s.loopOk()
}

func (s *sink) loopOk() {
	if s.turns > 3 {
		return
	}
	s.mu.Lock()
	s.turns++
	s.mu.Unlock()
}

// Whoever calls it does so without the lock, which it takes itself (reduced from hashicorp/memberlist 320382349a).
func (s *sink) start(every func(func())) {
	every(s.flushBad)
}

func (s *sink) flushBad() {
	if len(s.buf) == 0 { // want "`buf` is read without `mu`"
		return
	}
	s.mu.Lock()
	s.buf = s.buf[:0]
	s.mu.Unlock()
}

// A constructor works on what it makes, also after it has started a goroutine.
func OpenOk() *sink {
	s := &sink{done: make(chan struct{})}
	go s.loopOk()
	s.buf = make([]byte, 0, 8)
	if len(s.buf) > 0 {
		return nil
	}
	s.mu.Lock()
	s.level++
	s.mu.Unlock()
	return s
}
