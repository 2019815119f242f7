package traps

import (
	"net/http"
	"sync"
)

type cache struct {
	seen map[string]bool
}

func (c *cache) markBad(name string) {
	c.seen[name] = true // want "`cache.seen` is changed in the goroutines that `workers` starts, which run in parallel, and `cache` has no lock"
}

func workers(names []string) {
	c := &cache{seen: map[string]bool{}}
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.markBad(name)
		}()
	}
	wg.Wait()
}

type own struct{ seen map[string]bool }

func (o *own) markOk(name string) { o.seen[name] = true }

// Every goroutine has an object of its own (trap T10).
func eachOk(names []string) {
	for _, name := range names {
		o := &own{seen: map[string]bool{}}
		go o.markOk(name)
	}
}

type perRequest struct{ seen map[string]bool }

func (p *perRequest) markOk(name string) { p.seen[name] = true }

// The object is made for each request (trap T10).
func serveOk(w http.ResponseWriter, r *http.Request) {
	p := &perRequest{seen: map[string]bool{}}
	p.markOk(r.URL.Path)
}

type inner struct{ seen map[string]bool }

func (i *inner) markOk(name string) { i.seen[name] = true }

type server struct {
	mu    sync.Mutex
	inner *inner
	plain *plain
}

// The lock of the outer object covers the inner one (trap T11).
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.inner.markOk(r.URL.Path)
	s.mu.Unlock()
	s.plain.markBad(r.URL.Path)
}

type plain struct{ seen map[string]bool }

func (p *plain) markBad(name string) {
	p.seen[name] = true // want "`plain.seen` is changed in `server.ServeHTTP`, which runs once per request, and `plain` has no lock"
}

// counters is safe for concurrent use.
type counters struct{ values map[string]int }

func (c *counters) AddBad(name string) {
	c.values[name]++ // want "`counters.values` is changed in `counters.AddBad`, which several goroutines may call at once"
}

// scratch is not safe for concurrent use.
type scratch struct{ values map[string]int }

func (s *scratch) AddOk(name string) {
	s.values[name]++
}

type single struct{ seen map[string]bool }

// One goroutine owns the object (trap T16).
func ownerOk() {
	s := &single{seen: map[string]bool{}}
	go s.loopOk()
}

func (s *single) loopOk() { s.seen["x"] = true }

type table struct{ rows map[string]int }

// The map is only replaced as a whole (trap T13).
func (t *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.rows = map[string]int{r.URL.Path: 1}
}
