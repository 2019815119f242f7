package renewed

import (
	"context"
	"sync"
)

type leases struct {
	mu      sync.RWMutex
	entries map[string]int
}

type cache struct {
	leases leases
	ready  chan struct{}
	quit   chan struct{}
}

// Reduced from etcd-io/etcd 1880cf8da2: every session has a channel of its own.
func (c *cache) monitor(ctx context.Context) {
	for ctx.Err() == nil {
		c.leases.mu.Lock()
		select {
		case <-c.ready:
			c.ready = make(chan struct{})
		default:
		}
		c.leases.mu.Unlock()
	}
}

func (c *cache) start(ctx context.Context) {
	go c.monitor(ctx)
}

func (c *cache) waitBad(ctx context.Context) error {
	select {
	case <-c.ready: // want "`ready` is read without `mu`, while `cache.monitor` changes it under that lock"
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *cache) waitOk(ctx context.Context) {
	c.leases.mu.RLock()
	ready := c.ready
	c.leases.mu.RUnlock()
	<-ready
}

// The channel stays the same.
func (c *cache) stopOk() {
	<-c.quit
}
