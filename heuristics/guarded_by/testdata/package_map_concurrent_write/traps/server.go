package server

import (
	"net/http"
	"sync"
)

var (
	hits      = map[string]int{}
	guarded   = map[string]int{}
	guardedMu sync.Mutex
	lazy      map[string]int
	lazyOnce  sync.Once
	replaced  = map[string]int{}
	perKey    = map[string]map[string]int{}
	safe      sync.Map
)

func handleBad(w http.ResponseWriter, r *http.Request) {
	hits[r.URL.Path]++ // want "`hits` is written without a lock and can be reached from `handleBad`, which runs in parallel"
}

func handleGuardedOk(w http.ResponseWriter, r *http.Request) {
	guardedMu.Lock()
	defer guardedMu.Unlock()
	guarded[r.URL.Path]++
	countOk(r.URL.Path)
}

// The only caller holds the lock (trap T11).
func countOk(path string) {
	guarded[path]++
}

func handleLazyOk(w http.ResponseWriter, r *http.Request) {
	lazyOnce.Do(fillOk)
	lazyOnce.Do(func() { lazy["x"] = 1 })
	_ = lazy[r.URL.Path]
}

func fillOk() {
	lazy = map[string]int{}
	lazy["/"] = 1
}

// A map that is replaced as a whole is never changed in place (trap T13).
func handleReplacedOk(w http.ResponseWriter, r *http.Request) {
	fresh := map[string]int{r.URL.Path: 1}
	replaced = fresh
}

// A type that is safe by itself (trap T14).
func handleSafeOk(w http.ResponseWriter, r *http.Request) {
	safe.Store(r.URL.Path, 1)
}

type pool struct{}

var jobs = map[int]string{}

func (p *pool) runBad(n int) {
	for i := 0; i < n; i++ {
		go p.workBad(i)
	}
}

func (p *pool) workBad(i int) {
	jobs[i] = "done" // want "`jobs` is written without a lock and can be reached from the goroutines that `pool.runBad` starts, which run in parallel"
}

var once = map[int]string{}

// At most one goroutine writes.
func (p *pool) startOk() {
	go p.singleOk()
}

func (p *pool) singleOk() {
	once[0] = "done"
}
