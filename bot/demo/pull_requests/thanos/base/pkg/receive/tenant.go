package receive

import (
	"sync"

	"demo.local/thanos/pkg/store"
)

// Exemplars are samples that point to a trace.
type Exemplars struct {
	Tenant string
}

type tenant struct {
	mtx       sync.RWMutex
	client    store.Client
	exemplars *Exemplars
}

func (t *tenant) start(name string) {
	t.mtx.Lock()
	defer t.mtx.Unlock()

	t.client = &store.Local{Tenant: name}
	t.exemplars = &Exemplars{Tenant: name}
}

func (t *tenant) storeClient() store.Client {
	t.mtx.RLock()
	defer t.mtx.RUnlock()

	return t.client
}

func (t *tenant) storeExemplars() *Exemplars {
	t.mtx.RLock()
	defer t.mtx.RUnlock()

	return t.exemplars
}
