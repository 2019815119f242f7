package tasks

import "sync"

func work(n int) {}

func deferredBad(n int) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer wg.Done() // want "^`wg.Go` already counts this task; the extra Done makes the counter negative.$"
			work(i)
		})
	}
	wg.Wait()
}

type Server struct{ wg sync.WaitGroup }

func (s *Server) Start() {
	s.wg.Go(s.loopBad)
}

func (s *Server) loopBad() {
	work(1)
	s.wg.Done() // want "`s.wg.Go` already counts this task"
}

func (s *Server) Stop() { s.wg.Wait() }
