// Package receive takes samples in and keeps them apart by tenant.
package receive

import (
	"sync"

	"demo.local/thanos/pkg/store"
)

// Tenants holds the stores of all tenants.
type Tenants struct {
	mtx     *sync.RWMutex
	tenants map[string]*tenant

	clients      []store.Client
	clientsStale bool

	exemplars      map[string]*Exemplars
	exemplarsStale bool
}

// NewTenants returns an empty set of tenants.
func NewTenants() *Tenants {
	return &Tenants{
		mtx:            &sync.RWMutex{},
		tenants:        map[string]*tenant{},
		clientsStale:   true,
		exemplarsStale: true,
	}
}

// Open makes sure that a tenant is there.
func (t *Tenants) Open(name string) {
	t.mtx.Lock()
	if _, ok := t.tenants[name]; ok {
		t.mtx.Unlock()
		return
	}
	opened := &tenant{}
	t.tenants[name] = opened
	t.clientsStale = true
	t.exemplarsStale = true
	t.mtx.Unlock()

	opened.start(name)
}

// Prune forgets a tenant.
func (t *Tenants) Prune(name string) {
	t.mtx.Lock()
	defer t.mtx.Unlock()

	delete(t.tenants, name)
	t.clientsStale = true
	t.exemplarsStale = true
}

// LocalClients returns what queries have to ask.
func (t *Tenants) LocalClients() []store.Client {
	t.mtx.RLock()
	if !t.clientsStale {
		t.mtx.RUnlock()
		return t.clients
	}
	t.mtx.RUnlock()

	t.mtx.Lock()
	if !t.clientsStale {
		return t.clients
	}
	defer t.mtx.Unlock()

	clients := make([]store.Client, 0, len(t.tenants))
	for _, tenant := range t.tenants {
		if client := tenant.storeClient(); client != nil {
			clients = append(clients, client)
		}
	}

	t.clientsStale = false
	t.clients = clients

	return clients
}

// LocalExemplars returns the exemplars of each tenant.
func (t *Tenants) LocalExemplars() map[string]*Exemplars {
	t.mtx.RLock()
	if !t.exemplarsStale {
		t.mtx.RUnlock()
		return t.exemplars
	}
	t.mtx.RUnlock()

	t.mtx.Lock()
	defer t.mtx.Unlock()
	if !t.exemplarsStale {
		return t.exemplars
	}

	exemplars := make(map[string]*Exemplars, len(t.tenants))
	for name, tenant := range t.tenants {
		if found := tenant.storeExemplars(); found != nil {
			exemplars[name] = found
		}
	}

	t.exemplarsStale = false
	t.exemplars = exemplars

	return exemplars
}
