// Package sinks: grpc-go 91e0aeb192 is a bug of this shape.
package sinks

import "time"

type sink struct {
	ticker *time.Ticker
	other  *time.Ticker
	done   chan struct{}
}

func (s *sink) flush() {}

func (s *sink) StartBad() {
	s.ticker = time.NewTicker(time.Second)
	go func() {
		for range s.ticker.C { // want "Stop does not close `s.ticker.C`, so this loop never ends"
			s.flush()
		}
	}()
}

func (s *sink) StartOk() {
	go func() {
		for {
			select {
			case <-s.ticker.C:
				s.flush()
			case <-s.done:
				return
			}
		}
	}()
}

func (s *sink) NeverStoppedOk() {
	go func() {
		for range s.other.C {
			s.flush()
		}
	}()
}

func (s *sink) Close() {
	if s.ticker != nil {
		s.ticker.Stop()
	}
	close(s.done)
}
