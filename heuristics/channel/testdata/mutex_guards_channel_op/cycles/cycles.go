// Package cycles: a message is waited for, or offered, with a lock held that the other side needs.
//
// Client goes back to grpc pull request 1460, Framer to kubernetes pull request 6632, Daemon to moby pull request 28462,
// Handler to istio pull request 16224; written anew.
package cycles

import "sync"

type Client struct {
	mu      sync.Mutex
	awake   chan struct{}
	streams []int
}

func (c *Client) keepaliveBad() {
	c.mu.Lock()
	if len(c.streams) == 0 {
		<-c.awake // want "Waiting on `Client.awake` with `c.mu` held; the other side needs `c.mu` first"
	}
	c.mu.Unlock()
}

func (c *Client) keepaliveOk() {
	c.mu.Lock()
	empty := len(c.streams) == 0
	c.mu.Unlock()
	if empty {
		<-c.awake
	}
}

func (c *Client) open(id int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.streams = append(c.streams, id)
	select {
	case c.awake <- struct{}{}:
	default:
	}
}

type Framer struct {
	mu    sync.Mutex
	reset chan bool
	stop  chan bool
}

func newFramer() *Framer {
	return &Framer{reset: make(chan bool), stop: make(chan bool)}
}

func (f *Framer) monitor() {
	reset := f.reset
	<-f.stop
	f.mu.Lock()
	close(reset)
	f.reset = nil
	f.mu.Unlock()
}

func (f *Framer) writeBad() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reset != nil {
		f.reset <- true // want "Waiting on `Framer.reset` with `f.mu` held"
	}
}

type Container struct {
	sync.Mutex
	health *Health
}

type Health struct {
	stop chan struct{}
}

func newContainer() *Container {
	return &Container{health: &Health{stop: make(chan struct{})}}
}

func (h *Health) channel() chan struct{} { return h.stop }

func (h *Health) close() {
	if h.stop != nil {
		h.stop <- struct{}{}
	}
}

func startMonitor(c *Container) {
	stop := c.health.channel()
	go monitor(c, stop)
}

func monitor(c *Container, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
			probe(c)
		}
	}
}

func probe(c *Container) {
	c.Lock()
	defer c.Unlock()
}

func changedBad(c *Container) {
	c.Lock()
	defer c.Unlock()
	c.health.close() // want "Waiting on `Health.stop` with `c` held"
}

func handleBad(register func(func()), trigger func()) {
	done := make(chan bool)
	var mu sync.Mutex
	register(func() {
		mu.Lock()
		defer mu.Unlock()
		done <- true // want "Waiting on `done` with `mu` held"
	})
	trigger()
	mu.Lock()
	mu.Unlock()
	<-done
}

type Watcher struct {
	mu     sync.Mutex
	events chan string
	paths  map[string]bool
}

func newWatcher() *Watcher {
	w := &Watcher{events: make(chan string), paths: map[string]bool{}}
	go w.loop()
	return w
}

func (w *Watcher) loop() {
	for path := range w.events {
		w.mu.Lock()
		w.paths[path] = false
		w.mu.Unlock()
	}
}

func (w *Watcher) removeBad(path string) {
	w.mu.Lock()
	delete(w.paths, path)
	w.events <- path // want "Waiting on `Watcher.events` with `w.mu` held"
	w.mu.Unlock()
}
