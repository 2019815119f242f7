package loops

import (
	"net/http"
	"sync"
	"time"
)

type tracker struct {
	work    chan string
	stop    chan struct{}
	jobs    map[string]int
	ages    map[string]time.Time
	owned   map[string]int
	plugins map[string]func()
	asked   map[string]int
	closed  map[string]int
	shared  map[string]int
	mu      sync.Mutex
	reply   chan int
}

func newTracker() *tracker {
	t := &tracker{
		work: make(chan string, 10), stop: make(chan struct{}), jobs: map[string]int{}, ages: map[string]time.Time{},
		owned: map[string]int{}, plugins: map[string]func(){}, asked: map[string]int{}, closed: map[string]int{},
	}
	t.owned["first"] = 1
	go t.loop()
	go t.expire()
	return t
}

func (t *tracker) loop() {
	for {
		select {
		case name := <-t.work:
			delete(t.jobs, name)
			t.owned[name]++
			t.asked[name]++
			t.closed[name]++
			t.useShared(name)
			if run := t.plugins[name]; run != nil {
				run()
			}
		case <-t.stop:
			return
		}
	}
}

func (t *tracker) expire() {
	for range time.Tick(time.Second) {
		for name, at := range t.ages {
			if time.Since(at) > time.Minute {
				delete(t.ages, name)
			}
		}
	}
}

// The method hands work to the loop, so that both run at once.
func (t *tracker) SubmitBad(name string) {
	t.jobs[name]++ // want "`tracker.jobs` is changed in `tracker.SubmitBad` and changed in the goroutine that `newTracker` starts, and no lock guards it"
	t.work <- name
}

// A request handler reaches the method.
func (t *tracker) TouchBad(name string) {
	t.ages[name] = time.Now() // want "`tracker.ages` is changed in `tracker.TouchBad` and changed in the goroutine"
}

func handle(t *tracker) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t.TouchBad(r.URL.Path)
	}
}

type server struct{ t *tracker }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.t.TouchBad(r.URL.Path)
}

// Plugins are registered before the tracker is told to work; nothing shows the contrary (trap T12).
func (t *tracker) RegisterOk(name string, run func()) {
	t.plugins[name] = run
}

// The loop has answered before the map is read (trap T18).
func (t *tracker) AskOk(name string) int {
	t.work <- name
	<-t.reply
	return t.asked[name]
}

// Everybody has left when the object ends.
func (t *tracker) CloseOk() {
	close(t.stop)
	for name := range t.closed {
		delete(t.closed, name)
	}
}

// A lock guards the map.
func (t *tracker) useShared(name string) {
	t.mu.Lock()
	t.shared[name]++
	t.mu.Unlock()
}

func (t *tracker) ShareOk(name string) {
	t.useShared(name)
	t.work <- name
}
