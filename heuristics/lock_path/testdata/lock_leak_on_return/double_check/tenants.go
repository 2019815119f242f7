// Reduced from thanos-io/thanos 90215ad13539fe884f17b13256efb960852c3c21, fixed in c10b695a5ba3: a list that is made
// again on demand; the second look under the write lock returns before the release is deferred.
package tenants

import "sync"

type Client struct{ name string }

type Tenants struct {
	mtx    *sync.RWMutex
	all    map[string]*Client
	listed []*Client
	stale  bool
}

func (t *Tenants) ListBad() []*Client {
	t.mtx.RLock()
	if !t.stale {
		t.mtx.RUnlock()
		return t.listed
	}
	t.mtx.RUnlock()

	t.mtx.Lock()
	if !t.stale {
		return t.listed // want "^`t.mtx` is still held by this return, so the next caller blocks forever.$"
	}
	defer t.mtx.Unlock()

	t.listed = make([]*Client, 0, len(t.all))
	for _, client := range t.all {
		t.listed = append(t.listed, client)
	}
	t.stale = false
	return t.listed
}

func (t *Tenants) ListOk() []*Client {
	t.mtx.RLock()
	if !t.stale {
		defer t.mtx.RUnlock()
		return t.listed
	}
	t.mtx.RUnlock()

	t.mtx.Lock()
	defer t.mtx.Unlock()
	if !t.stale {
		return t.listed
	}
	t.stale = false
	return t.listed
}
