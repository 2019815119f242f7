package starting

import "sync"

// What only the start of the object calls comes before its users, though a goroutine waits for them already.
type arbiter struct {
	mu     sync.Mutex
	active map[string]int
	done   chan string
}

func (a *arbiter) Start(names []string) {
	go a.resolve()
	a.loadOk(names)
}

func (a *arbiter) loadOk(names []string) {
	for _, name := range names {
		a.active[name] = len(name)
	}
}

func (a *arbiter) Reload(names []string) {
	a.againBad(names)
}

func (a *arbiter) againBad(names []string) {
	for _, name := range names {
		a.active[name] = len(name) // want "`active` is accessed under `mu`"
	}
}

func (a *arbiter) resolve() {
	for name := range a.done {
		a.mu.Lock()
		delete(a.active, name)
		a.mu.Unlock()
	}
}

func (a *arbiter) Len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.active)
}

func (a *arbiter) Has(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.active[name]
	return ok
}

func (a *arbiter) Find(name string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.active[name]
}

func (a *arbiter) Add(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.active[name] = 1
}

func (a *arbiter) Names() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var names []string
	for name := range a.active {
		names = append(names, name)
	}
	return names
}
