package server

import (
	"net/http"
	"sync"
	"sync/atomic"

	"example.org/server/images"
)

var (
	served   int
	latest   []string
	ready    bool
	settings struct{ level int }
	banner   string
	current  *http.Request
	total    atomic.Int64
	counted  int64
	guarded  int
	mu       sync.Mutex
	lazy     *http.Client
	lazyOnce sync.Once
	name     string
	slots    [8]int
	hits     map[string]int
	prefix   = "/"
	loaded   bool
)

func handleCountBad(w http.ResponseWriter, r *http.Request) {
	served++ // want "`served` is changed here without a lock and `handleCountBad` runs in parallel"
	settings.level = len(r.URL.Path) // want(all) "`settings.level` is changed here without a lock"
	rememberBad(r.URL.Path)
	images.Use(r.URL.Path)
}

func rememberBad(path string) {
	latest = append(latest, path) // want "`latest` is changed here without a lock and `handleCountBad` runs in parallel"
}

func handleFirstBad(w http.ResponseWriter, r *http.Request) {
	if !ready {
		ready = true // want "`ready` is changed here without a lock"
		current = r // want(all) "`current` is changed here without a lock"
	}
}

// The same variable is one cause in each function, however often it is assigned.
func handleTwiceBad(w http.ResponseWriter, r *http.Request) {
	banner = r.URL.Path // want "`banner` is changed here without a lock"
	banner += "!"
}

// A type that is safe by itself (trap T14).
func handleAtomicOk(w http.ResponseWriter, r *http.Request) {
	total.Add(1)
	atomic.AddInt64(&counted, 1)
}

func handleGuardedOk(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	guarded++
	raiseOk()
}

// The only caller holds the lock (trap T11).
func raiseOk() {
	guarded += 2
}

// A Once runs the assignment (trap T12).
func handleLazyOk(w http.ResponseWriter, r *http.Request) {
	lazyOnce.Do(func() { lazy = http.DefaultClient })
	_, _ = lazy.Get(r.URL.Path)
}

// A parameter and a local of the same name as the variable.
func handleShadowOk(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path
	name += "!"
	setOk(name)
}

func setOk(prefix string) {
	prefix = prefix + "/"
	_ = prefix
}

// Elements are taken to be disjoint (trap T20), and maps have a heuristic of their own.
func handleElementOk(w http.ResponseWriter, r *http.Request) {
	slots[len(r.URL.Path)] = 1
	hits[r.URL.Path]++
}

// Set when the program starts (trap T12).
func init() {
	name = "server"
	SetPrefixOk("/v2")
}

func SetPrefixOk(p string) {
	prefix = p
}

func ServeOk() error {
	ready = false
	http.HandleFunc("/", handleCountBad)
	return http.ListenAndServe(":80", nil)
}

// The program loads it when it starts, before it serves (trap T12): only listed.
func load() {
	if loaded {
		return
	}
	loaded = true // want(all) "`loaded` is changed here without a lock"
}

func Main() {
	load()
	http.HandleFunc("/load", handleLoadOk)
}

func handleLoadOk(w http.ResponseWriter, r *http.Request) {
	load()
}
