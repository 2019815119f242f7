// Package sections: operations that can take long, with a lock held.
package sections

import (
	"net/http"
	"sync"
	"time"
)

type Client struct {
	mu      sync.Mutex
	http    *http.Client
	last    *http.Response
	out     chan int
	done    chan struct{}
	buffer  chan int
	workers sync.WaitGroup
}

func newClient() *Client {
	return &Client{out: make(chan int), buffer: make(chan int, 4), done: make(chan struct{})}
}

func (c *Client) FetchBad(request *http.Request) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last, err = c.http.Do(request) // want(all) "`c.mu` stays locked during `http.Client.Do`; every other user waits"
	return err
}

func (c *Client) RestBad() {
	c.mu.Lock()
	time.Sleep(time.Second) // want(all) "`c.mu` stays locked during `time.Sleep`"
	c.mu.Unlock()
}

func (c *Client) SendBad(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out <- n // want(all) "`c.mu` stays locked during a send on `Client.out`"
}

func (c *Client) AwaitBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	<-c.done // want(all) "`c.mu` stays locked during a receive from `Client.done`"
}

func (c *Client) JoinBad() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.workers.Wait() // want(all) "`c.mu` stays locked during a wait for `Client.workers`"
}

func (c *Client) FetchOk(request *http.Request) error {
	last, err := c.http.Do(request)
	c.mu.Lock()
	c.last = last
	c.mu.Unlock()
	return err
}

func (c *Client) BufferOk(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buffer <- n
}

func (c *Client) DefaultOk(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case c.out <- n:
	default:
	}
}
