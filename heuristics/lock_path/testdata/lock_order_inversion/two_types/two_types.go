// Package lock_order: two types whose methods call each other under their locks.
//
// The shape goes back to grpc/grpc-go commit e3510443881391427157e4f07c5101cdb1c2762c and cockroach pull request 10214;
// written anew.
package lock_order

import "sync"

type Client struct {
	mu    sync.Mutex
	conns map[string]*Conn
	state int
}

type Conn struct {
	mu     sync.Mutex
	client *Client
	tries  int
}

func (c *Client) ResetBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.reset() // want "takes `Client.mu` then `Conn.mu`; `Conn.drop` takes `Conn.mu` then `Client.mu`"
	}
}

func (c *Conn) reset() {
	c.mu.Lock()
	c.tries = 0
	c.mu.Unlock()
}

func (c *Conn) fail() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	c.tell()
}

func (c *Conn) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.client.update(3)
}

func (c *Conn) tell() {
	c.client.update(2)
}

func (c *Client) update(state int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

// CloseOk leaves the first section before it enters the second one.
func (c *Client) CloseOk() {
	c.mu.Lock()
	conns := c.conns
	c.conns = nil
	c.mu.Unlock()
	for _, conn := range conns {
		conn.reset()
	}
}

// LaterOk hands the work to a goroutine, which does not hold the lock.
func (c *Client) LaterOk() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		go conn.reset()
	}
}
