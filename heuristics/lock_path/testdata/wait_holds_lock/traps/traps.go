// Package traps: waits under a lock that end.
package traps

import (
	"sync"
	"time"
)

// The goroutine does not need the lock.

type Apart struct {
	mu sync.Mutex
	wg sync.WaitGroup
	n  int
}

func (a *Apart) RunOk(work func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wg.Add(1)
	go func() {
		defer a.wg.Done()
		work()
	}()
	a.wg.Wait()
	a.n++
}

// Another object's lock.

type Child struct {
	mu sync.Mutex
	wg sync.WaitGroup
	up *Child
}

func (c *Child) startOk() {
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		c.up.mu.Lock()
		c.up.mu.Unlock()
	}()
}

func (c *Child) stopOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wg.Wait()
}

// A way out beside the wait.

type Patient struct {
	mu   sync.Mutex
	done chan struct{}
}

func (p *Patient) run() {
	defer close(p.done)
	p.mu.Lock()
	p.mu.Unlock()
}

func (p *Patient) StopOk() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
		return true
	case <-time.After(time.Second):
		return false
	}
}

// Both only read-lock it.

type Readers struct {
	mu sync.RWMutex
	wg sync.WaitGroup
	m  map[string]int
}

func (r *Readers) SumOk(names []string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, name := range names {
		r.wg.Add(1)
		go func(name string) {
			defer r.wg.Done()
			r.get(name)
		}(name)
	}
	r.wg.Wait()
}

func (r *Readers) get(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.m[name]
}

// Waiting for a condition gives the lock back.

type Cond struct {
	mu    sync.Mutex
	cond  *sync.Cond
	ready bool
}

func (c *Cond) AwaitOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.ready {
		c.cond.Wait()
	}
}

func (c *Cond) setOk() {
	c.mu.Lock()
	c.ready = true
	c.mu.Unlock()
	c.cond.Broadcast()
}

// The goroutine needs the lock only behind what ends the wait.

type Bridge struct {
	mu    sync.Mutex
	conns map[*bridgeConn]bool
}

type bridgeConn struct {
	done chan struct{}
}

func (c *bridgeConn) Close() { <-c.done }

func (b *Bridge) serve(c *bridgeConn) {
	defer func() {
		close(c.done)
		b.mu.Lock()
		delete(b.conns, c)
		b.mu.Unlock()
	}()
	work()
}

func work() {}

func (b *Bridge) start() {
	c := &bridgeConn{done: make(chan struct{})}
	b.mu.Lock()
	b.conns[c] = true
	go b.serve(c)
	b.mu.Unlock()
}

func (b *Bridge) DropOk() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.conns {
		c.Close()
	}
}

// The goroutine counts itself when it is past its section.

type Serving struct {
	mu    sync.Mutex
	inner *Inner
	addr  string
}

type Inner struct {
	wg sync.WaitGroup
}

func (i *Inner) serve() {
	i.wg.Add(1)
	defer i.wg.Done()
	work()
}

func (i *Inner) stop() { i.wg.Wait() }

func (s *Serving) ServeOk(addr string) {
	s.mu.Lock()
	s.addr = addr
	s.mu.Unlock()
	s.inner.serve()
}

func (s *Serving) StopOk() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inner.stop()
}

// A group that counts readers: whoever holds one may give it back at any time.

type Block struct {
	readers sync.WaitGroup
}

func (b *Block) open() { b.readers.Add(1) }

func (b *Block) release() { b.readers.Done() }

func (b *Block) close() { b.readers.Wait() }

type Store struct {
	mu     sync.Mutex
	blocks []*Block
}

func (s *Store) CompactOk() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, block := range s.blocks {
		block.close()
	}
}

func (s *Store) ReadOk(block *Block) {
	block.open()
	s.mu.Lock()
	s.mu.Unlock()
	block.release()
}

type store struct {
	quit    chan struct{}
	done    sync.WaitGroup
	leaving bool
}

var (
	all     = map[string]*store{}
	allLock sync.Mutex
)

func (s *store) serve(name string) {
	<-s.quit
	if !s.leaving {
		allLock.Lock()
		delete(all, name)
		allLock.Unlock()
	}
	s.done.Done()
}

// Who waits with the lock says so first, and the others leave without it.
func exitOk() {
	allLock.Lock()
	defer allLock.Unlock()
	for _, s := range all {
		s.leaving = true
		close(s.quit)
		s.done.Wait()
	}
}
