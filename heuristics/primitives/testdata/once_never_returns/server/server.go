package server

import (
	"context"
	"sync"
)

type Server struct {
	once sync.Once
	jobs chan func()
	quit chan struct{}
}

func (s *Server) ensureBad() {
	s.once.Do(func() { // want "^This Once body does not return, so every later caller blocks.$"
		for {
			select {
			case job := <-s.jobs:
				job()
			case <-s.quit:
				return
			}
		}
	})
}

func (s *Server) First()  { s.ensureBad() }
func (s *Server) Second() { s.ensureBad() }

type Loop struct {
	once sync.Once
	work chan int
}

func (l *Loop) run() {
	for {
		println(<-l.work)
	}
}

func (l *Loop) startBad(ctx context.Context) {
	l.once.Do(l.run) // want "This Once body does not return"
}

func (l *Loop) resetBad() {
	l.once.Do(l.run) // want "This Once body does not return"
}
