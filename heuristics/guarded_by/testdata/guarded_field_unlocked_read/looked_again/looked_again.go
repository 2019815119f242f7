// Package looked_again: who looks again under the lock knows that others come in between.
package looked_again

import (
	"net/http"
	"sync"
)

type client struct{ name string }

type registry struct {
	mu      sync.Mutex
	clients map[string]*client
}

func newRegistry() *registry { return &registry{clients: map[string]*client{}} }

func (r *registry) getBad(name string) *client {
	found, ok := r.clients[name] // want "`clients` is read without `mu`, while `registry.create` changes it"
	if ok {
		return found
	}
	return r.create(name)
}

func (r *registry) create(name string) *client {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.clients[name]
	if ok {
		return found
	}
	found = &client{name: name}
	r.clients[name] = found
	return found
}

// Who writes without a look expects nobody else.

type owner struct {
	mu      sync.Mutex
	clients map[string]*client
}

func newOwner() *owner { return &owner{clients: map[string]*client{}} }

func (o *owner) getOk(name string) *client {
	found, ok := o.clients[name]
	if ok {
		return found
	}
	return o.create(name)
}

func (o *owner) create(name string) *client {
	found := &client{name: name}
	o.mu.Lock()
	o.clients[name] = found
	o.mu.Unlock()
	return found
}

// A server calls ServeHTTP for every request; what it does first makes nothing ready.

type balancer struct {
	mu     sync.RWMutex
	status map[string]bool
}

func newBalancer() *balancer { return &balancer{status: map[string]bool{}} }

func (b *balancer) SetStatus(name string, up bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if up {
		b.status[name] = true
	} else {
		delete(b.status, name)
	}
}

func (b *balancer) next() string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for name, up := range b.status {
		if up {
			return name
		}
	}
	return ""
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if cookie, err := req.Cookie("server"); err == nil {
		if _, ok := b.status[cookie.Value]; ok { // want "`status` is read without `mu`"
			return
		}
	}
	b.next()
}

// The same in one function.

type group struct {
	mu     sync.Mutex
	groups map[string]*group
}

func newGroup() *group { return &group{groups: map[string]*group{}} }

func (g *group) GroupBad(name string) *group {
	found, ok := g.groups[name] // want "`groups` is read without `mu`"
	if !ok {
		g.mu.Lock()
		found, ok = g.groups[name]
		if !ok {
			found = newGroup()
			g.groups[name] = found
		}
		g.mu.Unlock()
	}
	return found
}
