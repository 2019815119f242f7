package readers

import (
	"net/http"
	"sync"
	"time"
)

var (
	levels   = map[string]int{}
	modes    = map[string]int{}
	settings = map[string]string{}
	private  = map[string]int{}
	guarded  = map[string]int{}
	mu       sync.Mutex
	parsed   = map[string][]string{}
	shapes   = map[string]int{}
)

func Start() {
	go collect()
	go configureOk()
}

func collect() {
	for range time.Tick(time.Second) {
		measure("load")
	}
}

// One goroutine writes, a request reads.
func measure(name string) {
	levels[name]++ // want "`levels` is written without a lock by the goroutine that `Start` starts and read by `showBad`"
	modes[name] = 1 // want(all) "`modes` is written without a lock by the goroutine that `Start` starts and read by the function that `register` registers"
	private[name]++
	mu.Lock()
	guarded[name]++
	mu.Unlock()
}

// Only the goroutine itself reads the map (trap T16).
func init() {
	private["first"] = 1
}

func showBad(w http.ResponseWriter, r *http.Request) {
	if levels[r.URL.Path] > 0 {
		w.WriteHeader(http.StatusOK)
	}
	mu.Lock()
	_ = guarded[r.URL.Path]
	mu.Unlock()
	_ = settings["name"]
}

type group struct{ read func() int }

func (g *group) onRead(read func() int) { g.read = read }

func register(g *group) {
	g.onRead(func() int { return modes["load"] })
}

// The goroutine fills the map once, when it begins (trap T12).
func configureOk() {
	settings["name"] = "x"
}

// Split remembers what it has parsed; a server may call it from anywhere.
func Split(text string) []string {
	if parts, ok := parsed[text]; ok {
		return parts
	}
	parts := []string{text}
	parsed[text] = parts // want(all) "`parsed` is filled on a miss without a lock"
	return parts
}

// AddShapeOk is called when the program starts (trap T12).
func AddShapeOk(name string) {
	shapes[name] = len(shapes)
}

func Serve() error {
	return http.ListenAndServe(":80", http.HandlerFunc(showBad))
}
