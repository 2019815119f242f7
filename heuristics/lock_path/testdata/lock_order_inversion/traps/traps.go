// Package traps: opposite orders that cannot meet.
package traps

import "sync"

// A gate: both orders run under one more lock.

type Gated struct {
	gate sync.Mutex
	a, b sync.Mutex
	n    int
}

func (g *Gated) ForwardOk() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.a.Lock()
	g.b.Lock()
	g.n++
	g.b.Unlock()
	g.a.Unlock()
}

func (g *Gated) BackwardOk() {
	g.gate.Lock()
	g.backward()
	g.gate.Unlock()
}

func (g *Gated) backward() {
	g.b.Lock()
	g.a.Lock()
	g.n--
	g.a.Unlock()
	g.b.Unlock()
}

// T10: the object is not shared yet.

type Registry struct {
	mu    sync.Mutex
	items map[string]*Item
}

type Item struct {
	mu       sync.Mutex
	registry *Registry
	name     string
}

func (r *Registry) AddOk(name string) *Item {
	r.mu.Lock()
	defer r.mu.Unlock()
	item := &Item{registry: r}
	item.rename(name)
	r.items[name] = item
	return item
}

func (i *Item) rename(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.name = name
}

func (i *Item) RemoveOk() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.registry.forget(i.name)
}

func (r *Registry) forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.items, name)
}

// The callee leaves its caller's section before it takes the other lock.

type Left struct {
	mu    sync.Mutex
	right *Right
}

type Right struct {
	mu   sync.Mutex
	left *Left
}

func (l *Left) StepOk() {
	l.mu.Lock()
	l.callOut()
	l.mu.Unlock()
}

func (l *Left) callOut() {
	l.mu.Unlock()
	l.right.touch()
	l.mu.Lock()
}

func (r *Right) touch() {
	r.mu.Lock()
	r.mu.Unlock()
}

func (r *Right) BackOk() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left.touch()
}

func (l *Left) touch() {
	l.mu.Lock()
	l.mu.Unlock()
}

// Nobody ever waits for a lock that is only read-locked.

type Reading struct {
	a, b sync.RWMutex
}

func (r *Reading) OneOk() {
	r.a.RLock()
	defer r.a.RUnlock()
	r.b.RLock()
	r.b.RUnlock()
}

func (r *Reading) TwoOk() {
	r.b.Lock()
	defer r.b.Unlock()
	r.a.RLock()
	r.a.RUnlock()
}

// T16: one goroutine does both.

type Loop struct {
	a, b sync.Mutex
	in   chan int
}

func (l *Loop) Start() { go l.run() }

func (l *Loop) run() {
	for n := range l.in {
		if n > 0 {
			l.upOk()
		} else {
			l.downOk()
		}
	}
}

func (l *Loop) upOk() {
	l.a.Lock()
	l.b.Lock()
	l.b.Unlock()
	l.a.Unlock()
}

func (l *Loop) downOk() {
	l.b.Lock()
	l.a.Lock()
	l.a.Unlock()
	l.b.Unlock()
}

// T5: TryLock does not wait.

type Trying struct {
	a, b sync.Mutex
}

func (t *Trying) ForwardOk() {
	t.a.Lock()
	defer t.a.Unlock()
	t.b.Lock()
	t.b.Unlock()
}

func (t *Trying) BackwardOk() {
	t.b.Lock()
	defer t.b.Unlock()
	if t.a.TryLock() {
		t.a.Unlock()
	}
}
