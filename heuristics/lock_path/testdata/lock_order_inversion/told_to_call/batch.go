package batch

import "sync"

type batch struct {
	mu   sync.Mutex
	over bool
	call func()
	held []int
}

type client struct {
	lock  sync.Mutex
	batch *batch
	count int
}

func newClient() *client {
	c := &client{}
	c.batch = &batch{call: c.update}
	return c
}

func (c *client) update() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.count++
}

// The callback is called once the batch is over: who took this order has gone on.
func (c *client) First() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.batch.mu.Lock()
	c.batch.over = true
	c.batch.mu.Unlock()
}

func (b *batch) AddListed(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		b.call() // want(all) "`batch.mu` then `client.lock`"
		return
	}
	b.held = append(b.held, n)
}

// This one is called at any time.

type stream struct {
	mu   sync.Mutex
	call func()
	held []int
}

type owner struct {
	lock   sync.Mutex
	stream *stream
	count  int
}

func newOwner() *owner {
	o := &owner{}
	o.stream = &stream{call: o.update}
	return o
}

func (o *owner) update() {
	o.lock.Lock()
	defer o.lock.Unlock()
	o.count++
}

func (o *owner) first() {
	o.lock.Lock()
	defer o.lock.Unlock()
	o.stream.mu.Lock()
	o.stream.held = nil
	o.stream.mu.Unlock()
}

func (s *stream) addBad(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = append(s.held, n)
	s.call() // want "`stream.mu` then `owner.lock`"
}
