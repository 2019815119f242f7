// Reduced from cri-o/cri-o 8b230dec7eb2, fixed in 32854c9d19c9: a client stays registered until it wakes up, and the next
// event calls Done on it again. With a callback, with range over a function, and with a map.
package events

import "sync"

type conn struct {
	wg  sync.WaitGroup
	err error
}

func (c *conn) send(event string) error { return nil }

type Server struct {
	events  chan string
	clients sync.Map
	mu      sync.Mutex
	byName  map[string]*conn
}

func (s *Server) Subscribe(id string) error {
	c := &conn{}
	c.wg.Add(1)
	s.clients.Store(id, c)
	c.wg.Wait()
	s.clients.Delete(id)
	return c.err
}

func (s *Server) CallbackBad() {
	for event := range s.events {
		s.clients.Range(func(_, value any) bool {
			c, ok := value.(*conn)
			if !ok {
				return true
			}
			if err := c.send(event); err != nil {
				c.err = err
				c.wg.Done() // want "^Done can run again for the same `c` on the next round of the loop, but Add counted it once.$"
			}
			return true
		})
	}
}

func (s *Server) RangeOverFuncBad() {
	for event := range s.events {
		for _, value := range s.clients.Range {
			c, ok := value.(*conn)
			if !ok {
				continue
			}
			if err := c.send(event); err != nil {
				c.wg.Done() // want "Done can run again for the same `c`"
			}
		}
	}
}

func (s *Server) MapBad() {
	for event := range s.events {
		for _, c := range s.byName {
			if c.send(event) != nil {
				c.wg.Done() // want "Done can run again for the same `c`"
			}
		}
	}
}
