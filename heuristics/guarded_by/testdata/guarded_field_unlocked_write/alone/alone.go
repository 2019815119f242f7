// Package alone writes fields where nobody else can be: at the start, on the way to a pool, in one goroutine.
package alone

import "sync"

type provider struct {
	mu       sync.Mutex
	certs    []string
	certsMu  sync.Mutex
	resolved map[string]bool
}

func (p *provider) Init(load func() []string) {
	p.certsMu.Lock()
	p.certs = load()
	p.certsMu.Unlock()
	p.resolved = make(map[string]bool)
}

func (p *provider) Add(name string)      { p.mu.Lock(); p.resolved[name] = true; p.mu.Unlock() }
func (p *provider) Drop(name string)     { p.mu.Lock(); delete(p.resolved, name); p.mu.Unlock() }
func (p *provider) Has(name string) bool { p.mu.Lock(); defer p.mu.Unlock(); return p.resolved[name] }

// Restore fills the provider from disk. It is called before Run, so no locks need to be acquired.
func (p *provider) Restore(saved map[string]bool) {
	for name := range saved {
		p.resolved[name] = true
	}
}

type writer struct {
	mu  sync.Mutex
	err error
	n   int
}

var writers sync.Pool

// Put gives a writer back.
func Put(w *writer) {
	w.reset()
	writers.Put(w)
}

func (w *writer) reset() {
	w.err = nil
	w.n = 0
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	w.n += len(p)
	return len(p), nil
}

func (w *writer) Fail(err error) { w.mu.Lock(); w.err = err; w.mu.Unlock() }
func (w *writer) Err() error     { w.mu.Lock(); defer w.mu.Unlock(); return w.err }
