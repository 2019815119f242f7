package loops

import "sync"

type request struct {
	id     int
	create bool
}

type stream struct {
	requests chan request
	events   chan int
	stop     chan struct{}
	wg       sync.WaitGroup
	progress map[int]bool
	pending  map[int]int
	seen     map[int]bool
	mu       sync.Mutex
	names    map[int]string
}

func newStream() *stream {
	return &stream{progress: map[int]bool{}, pending: map[int]int{}, seen: map[int]bool{}, names: map[int]string{}}
}

// One loop runs in a goroutine, the other in the one that started it.
func ServeBad(next func() request) {
	s := newStream()
	go s.sendLoop() // want "Map `s.progress` is written by this goroutine through `stream.sendLoop` and written by the code"
	s.receiveLoop(next)
}

func (s *stream) receiveLoop(next func() request) {
	for {
		r := next()
		s.note(r)
	}
}

func (s *stream) note(r request) {
	if r.create {
		s.progress[r.id] = true
	} else {
		delete(s.progress, r.id)
	}
}

func (s *stream) sendLoop() {
	for {
		select {
		case id := <-s.events:
			s.progress[id] = false
		case <-s.stop:
			return
		}
	}
}

// Both run in goroutines of their own.
func (s *stream) StartBad() {
	go s.fill() // want "Two goroutines use map `s.pending` at the same time, and this one writes it through `stream.fill`"
	go s.drain()
}

func (s *stream) fill() {
	for id := range s.events {
		s.pending[id]++
	}
}

func (s *stream) drain() {
	for {
		for id, n := range s.pending {
			s.send(id, n)
		}
	}
}

func (s *stream) send(id, n int) {}

// The goroutine is waited for before the map is read (trap T18).
func (s *stream) RunOk() {
	s.wg.Add(1)
	go s.collect()
	s.report()
}

func (s *stream) collect() {
	defer s.wg.Done()
	s.seen[1] = true
}

func (s *stream) report() int {
	s.wg.Wait()
	n := 0
	for range s.seen {
		n++
	}
	return n
}

// A lock keeps the two apart.
func (s *stream) LockedOk() {
	go s.rename(1)
	s.rename(2)
}

func (s *stream) rename(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[id] = ""
}

// The goroutine does its work when it is told to stop (trap T18).
func (s *stream) CleanOk() {
	go s.forget()
	s.seen[2] = true
	s.remember(3)
}

func (s *stream) remember(id int) {
	s.seen[id] = true
}

func (s *stream) forget() {
	<-s.stop
	delete(s.seen, 2)
}
