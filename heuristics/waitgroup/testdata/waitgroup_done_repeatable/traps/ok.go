package events

import "sync"

type conn struct {
	wg       sync.WaitGroup
	once     sync.Once
	finished bool
}

func (c *conn) send(event string) error { return nil }

type Server struct {
	events  chan string
	quit    chan struct{}
	clients sync.Map
	byName  map[string]*conn
}

func (s *Server) Subscribe(id string) {
	c := &conn{}
	c.wg.Add(1)
	s.clients.Store(id, c)
	c.wg.Wait()
}

// Removed on the path that calls Done.
func (s *Server) removedOk() {
	for event := range s.events {
		s.clients.Range(func(key, value any) bool {
			if c := value.(*conn); c.send(event) != nil {
				s.clients.Delete(key)
				c.wg.Done()
			}
			return true
		})
	}
}

func (s *Server) deletedOk() {
	for event := range s.events {
		for name, c := range s.byName {
			if c.send(event) != nil {
				delete(s.byName, name)
				c.wg.Done()
			}
		}
	}
}

// A Once is around it.
func (s *Server) onceOk() {
	for event := range s.events {
		for _, c := range s.byName {
			if c.send(event) != nil {
				c.once.Do(func() { c.wg.Done() })
			}
		}
	}
}

// A flag of the element.
func (s *Server) flagOk() {
	for event := range s.events {
		for _, c := range s.byName {
			if !c.finished && c.send(event) != nil {
				c.finished = true
				c.wg.Done()
			}
		}
	}
}

// One sweep at the end, then the function returns.
func (s *Server) sweepOk() {
	for {
		select {
		case <-s.quit:
			for _, c := range s.byName {
				c.wg.Done()
			}
			return
		case <-s.events:
		}
	}
}

// A local collection of this round.
func (s *Server) localOk() {
	for event := range s.events {
		batch := []*conn{{}, {}}
		for _, c := range batch {
			if c.send(event) != nil {
				c.wg.Done()
			}
		}
	}
}
