// Package server answers the requests of clients.
package server

import "demo.local/cri-o/api"

// Config is what the operator may set.
type Config struct {
	EnableEvents bool
}

// Server answers requests; each comes in a goroutine of its own.
type Server struct {
	config Config
	events chan api.Event
}

// New returns a server.
func New(config Config) *Server {
	return &Server{
		config: config,
		events: make(chan api.Event, 1000),
	}
}

// Publish tells clients about an event; it is dropped when they are too slow.
func (s *Server) Publish(event api.Event) {
	select {
	case s.events <- event:
	default:
	}
}

// Shutdown ends all streams.
func (s *Server) Shutdown() {
	close(s.events)
}
