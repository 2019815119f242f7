package events

import "sync"

type conn struct{ wg sync.WaitGroup }

type Server struct {
	mu    sync.Mutex
	conns map[string]*conn
	all   []*conn
}

func (s *Server) Finish(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[id].wg.Done()
}

// T27: a count is already held when the object is published.
func (s *Server) countedOk(id string) {
	c := &conn{}
	c.wg.Add(1)
	s.conns[id] = c
	c.wg.Add(1)
	c.wg.Wait()
}

// T8: others come in only when the lock is given back.
func (s *Server) lockedOk(id string) {
	c := &conn{}
	s.mu.Lock()
	s.conns[id] = c
	c.wg.Add(1)
	s.mu.Unlock()
	c.wg.Wait()
}

// A local collection is nobody else's.
func localOk(names []string) map[string]*conn {
	conns := map[string]*conn{}
	for _, name := range names {
		c := &conn{}
		conns[name] = c
		c.wg.Add(1)
	}
	return conns
}

// The other path returns before.
func (s *Server) otherPathOk(id string, early bool) {
	c := &conn{}
	if early {
		s.conns[id] = c
		return
	}
	c.wg.Add(1)
	s.all = append(s.all, c)
}

// Launched code that does not count down.
func idleOk(log func(string)) {
	var wg sync.WaitGroup
	go func() {
		wg.Wait()
		log("done")
	}()
	wg.Add(1)
	wg.Done()
}

// The goroutine counts down only after it was told to: wrong all the same, but listed only.
func toldLater(quit chan struct{}) {
	var wg sync.WaitGroup
	go func() {
		<-quit
		wg.Done()
	}()
	wg.Add(1) // want(all) "`wg` is visible to other goroutines before `wg.Add`"
	close(quit)
	wg.Wait()
}

// Only a goroutine that is launched behind the Add counts down, and what counts up itself.
type Balancer struct{ remote *remote }

type remote struct{ wg sync.WaitGroup }

func (b *Balancer) dialOk() {
	r := &remote{}
	b.remote = r
	r.wg.Add(1)
	go r.watch()
}

func (r *remote) watch() {
	defer r.wg.Done()
	r.call()
}

func (r *remote) call() {
	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
	}()
}

func (b *Balancer) Close() { b.remote.wg.Wait() }
