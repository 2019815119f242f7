// Reduced from cri-o/cri-o 8b230dec7eb2, fixed in 32854c9d19c9: a client is stored where the broadcaster finds it before
// its group is counted up.
package events

import "sync"

type conn struct {
	wg  sync.WaitGroup
	err error
}

type Server struct {
	clients sync.Map
	mu      sync.Mutex
	byName  map[string]*conn
	queue   chan *conn
}

func (s *Server) SubscribeBad(id string) error {
	c := &conn{}

	s.clients.Store(id, c)
	c.wg.Add(1) // want "^`c` is visible to other goroutines before `c.wg.Add`: a Done in between panics with a negative counter.$"

	c.wg.Wait()
	s.clients.Delete(id)
	return c.err
}

func (s *Server) MapBad(id string) {
	c := new(conn)
	s.mu.Lock()
	s.byName[id] = c
	s.mu.Unlock()
	c.wg.Add(1) // want "`c` is visible to other goroutines before `c.wg.Add`"
	c.wg.Wait()
}

func (s *Server) SendBad() {
	c := &conn{}
	s.queue <- c
	c.wg.Add(1) // want "`c` is visible to other goroutines before `c.wg.Add`"
	c.wg.Wait()
}

func (s *Server) register(id string, c *conn) {
	s.clients.Store(id, c)
}

func (s *Server) CalleeBad(id string) {
	c := &conn{}
	s.register(id, c)
	c.wg.Add(1) // want "`c` is visible to other goroutines before `c.wg.Add`"
	c.wg.Wait()
}

func LaunchBad(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go func() {
			defer wg.Done()
			job()
		}()
		wg.Add(1) // want "`wg` is visible to other goroutines before `wg.Add`"
	}
	wg.Wait()
}

func (s *Server) Broadcast() {
	s.clients.Range(func(_, value any) bool {
		value.(*conn).wg.Done()
		return true
	})
}

func (s *Server) SubscribeOk(id string) error {
	c := &conn{}
	c.wg.Add(1)
	s.clients.Store(id, c)
	c.wg.Wait()
	return c.err
}
