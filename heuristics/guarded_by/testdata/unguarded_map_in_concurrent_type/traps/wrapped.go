package traps

import (
	"net/http"
	"sync"
)

type store interface{ put(key string) }

type plain struct{ seen map[string]bool }

func (p *plain) put(key string) { p.seen[key] = true }

// What a handler calls is the store with a lock around it, as far as text tells.
type locked struct {
	mu    sync.Mutex
	inner store
}

func (l *locked) put(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inner.put(key)
}

type wrappedOk struct{ store store }

func newWrapped() *wrappedOk {
	return &wrappedOk{store: &locked{inner: &plain{seen: map[string]bool{}}}}
}

func (h *wrappedOk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.store.put(r.URL.Path)
}

type drain interface{ take(key string) }

type bare struct{ taken map[string]bool }

func (b *bare) take(key string) { b.taken[key] = true } // want "`bare.taken` is changed in"

type unwrappedBad struct{ drain drain }

func newUnwrapped() *unwrappedBad {
	return &unwrappedBad{drain: &bare{taken: map[string]bool{}}}
}

func (h *unwrappedBad) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.drain.take(r.URL.Path)
}
