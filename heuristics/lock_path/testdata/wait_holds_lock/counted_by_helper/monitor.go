package monitor

import "sync"

type stream struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	quit chan struct{}
	runs int
}

func (s *stream) count() {
	s.mu.Lock()
	s.runs++
	s.wg.Add(1)
	s.mu.Unlock()
}

func (s *stream) halt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.quit)
	s.wg.Wait()
}

func (s *stream) launch(f func()) bool {
	if s.quit == nil {
		return false
	}
	go f()
	return true
}

// What it counts down it has counted itself, by a helper and behind the lock.
func (s *stream) restart() {
	s.count()
	if !s.launch(s.run) {
		s.wg.Done()
	}
}

func (s *stream) Reset() {
	s.halt()
	s.restart()
}

func (s *stream) run() {
	defer s.wg.Done()
	<-s.quit
}

func (s *stream) fail() {
	go s.Reset()
}
