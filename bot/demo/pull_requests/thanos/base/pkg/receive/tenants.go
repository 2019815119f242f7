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
}

// NewTenants returns an empty set of tenants.
func NewTenants() *Tenants {
	return &Tenants{
		mtx:     &sync.RWMutex{},
		tenants: map[string]*tenant{},
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
	t.mtx.Unlock()

	opened.start(name)
}

// Prune forgets a tenant.
func (t *Tenants) Prune(name string) {
	t.mtx.Lock()
	defer t.mtx.Unlock()

	delete(t.tenants, name)
}

// LocalClients returns what queries have to ask.
func (t *Tenants) LocalClients() []store.Client {
	t.mtx.RLock()
	defer t.mtx.RUnlock()

	clients := make([]store.Client, 0, len(t.tenants))
	for _, tenant := range t.tenants {
		if client := tenant.storeClient(); client != nil {
			clients = append(clients, client)
		}
	}

	return clients
}

// LocalExemplars returns the exemplars of each tenant.
func (t *Tenants) LocalExemplars() map[string]*Exemplars {
	t.mtx.RLock()
	defer t.mtx.RUnlock()

	exemplars := make(map[string]*Exemplars, len(t.tenants))
	for name, tenant := range t.tenants {
		if found := tenant.storeExemplars(); found != nil {
			exemplars[name] = found
		}
	}

	return exemplars
}
