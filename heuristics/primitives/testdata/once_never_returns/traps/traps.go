package traps

import (
	"context"
	"sync"
	"time"
)

type Server struct {
	once sync.Once
	jobs chan func()
	quit chan struct{}
}

func (s *Server) loop() {
	for {
		select {
		case job := <-s.jobs:
			job()
		case <-s.quit:
			return
		}
	}
}

// A goroutine runs the loop.
func (s *Server) startOk() {
	s.once.Do(func() { go s.loop() })
}

func (s *Server) First()  { s.startOk() }
func (s *Server) Second() { s.startOk() }

type Client struct {
	once sync.Once
	err  error
}

func dial() error { return nil }

// It ends when it has connected.
func (c *Client) connectOk(ctx context.Context) {
	c.once.Do(func() {
		for {
			if c.err = dial(); c.err == nil {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
		}
	})
}

func (c *Client) Get() { c.connectOk(context.Background()) }
func (c *Client) Put() { c.connectOk(context.Background()) }

// Closing waits for the end; so do all who close.
func (s *Server) closeOk(done chan struct{}) {
	s.once.Do(func() {
		close(s.quit)
		<-done
	})
}

func (s *Server) Close() { s.closeOk(nil) }
func (s *Server) Stop()  { s.closeOk(nil) }
