package loops

import (
	"net/http"
	"sync"
)

// A lock that is there for something else guards no map.
type gatherer struct {
	mu     sync.Mutex
	total  int
	seen   map[string]int
	locked map[string]int
}

func (g *gatherer) GatherBad(urls []string) {
	for _, url := range urls {
		go g.fetch(url)
	}
}

func (g *gatherer) fetch(url string) {
	g.seen[url]++ // want "`gatherer.seen` is changed in the goroutines that `gatherer.GatherBad` starts, which run in parallel, and no lock is held there."
	g.mu.Lock()
	g.locked[url]++
	g.total++
	g.mu.Unlock()
}

type endpoint struct{ g *gatherer }

// Three calls lie between the request and the map: somebody on the way may hold the lock.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.g.first(r.URL.Path)
}

func (g *gatherer) first(path string)  { g.second(path) }
func (g *gatherer) second(path string) { g.thirdOk(path) }
func (g *gatherer) thirdOk(path string) {
	g.seen[path]++
}
