// Reduced from thanos-io/thanos, commit 90215ad13539fe884f17b13256efb960852c3c21.

package memoized

import "sync"

type client struct{ tenant string }

type registry struct {
	mtx         *sync.RWMutex
	tenants     map[string]string
	clients     []client
	needsUpdate bool
}

func newRegistry() *registry {
	return &registry{mtx: &sync.RWMutex{}, tenants: map[string]string{}, needsUpdate: true}
}

func (r *registry) add(tenant string) {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	r.tenants[tenant] = tenant
	r.needsUpdate = true
}

func (r *registry) clientsBad() []client {
	r.mtx.RLock()
	if !r.needsUpdate {
		r.mtx.RUnlock()
		return r.clients // want "`r.clients` is read after `r.mtx` was released; a writer may replace it in between"
	}
	r.mtx.RUnlock()

	r.mtx.Lock()
	defer r.mtx.Unlock()
	res := make([]client, 0, len(r.tenants))
	for tenant := range r.tenants {
		res = append(res, client{tenant: tenant})
	}
	r.needsUpdate = false
	r.clients = res
	return r.clients
}

// The value is copied before the release.
func (r *registry) clientsOk() []client {
	r.mtx.RLock()
	if !r.needsUpdate {
		list := r.clients
		r.mtx.RUnlock()
		return list
	}
	r.mtx.RUnlock()
	return r.clientsBad()
}
