package traps

import (
	"os"
	"sync"
)

type group struct {
	mu    sync.Mutex
	peers []string
	n     int
}

// T3: given back and taken again under the deferred release.
func (g *group) aroundOk(wait func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mu.Unlock()
	wait()
	g.mu.Lock()
}

// T3: the same on one path only.
func (g *group) aroundSometimesOk(wait func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.n == 0 {
		g.mu.Unlock()
		wait()
		g.mu.Lock()
	}
}

// T3: entered with the lock held.
func (g *group) enteredOk(wait func()) {
	g.mu.Unlock()
	wait()
	g.mu.Lock()
	g.n++
	g.mu.Unlock()
	wait()
	g.mu.Lock()
}

// T6: a flag is set next to the release.
func (g *group) flagOk() {
	locked := true
	g.mu.Lock()
	defer func() {
		if locked {
			g.mu.Unlock()
		}
	}()
	if g.n > 0 {
		g.mu.Unlock()
		locked = false
		return
	}
	g.n++
}

// T6: lock and release hang on the same parameter.
func (g *group) parameterOk(lock bool) {
	if lock {
		g.mu.Lock()
	}
	g.n++
	if lock {
		g.mu.Unlock()
	}
}

// T9: the path ends.
func (g *group) exitOk() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.n < 0 {
		g.mu.Unlock()
		os.Exit(1)
	}
}

// The deferred release is registered on another path.
func (g *group) laterOk() {
	g.mu.Lock()
	if g.n == 0 {
		g.mu.Unlock()
		return
	}
	defer g.mu.Unlock()
	g.n--
}

// Every element has a lock of its own.
func eachOk(all []*group) {
	for _, g := range all {
		g.mu.Lock()
		g.n++
		g.mu.Unlock()
	}
}

// T8: the callee releases on either of its paths, once.
func (g *group) handedOk() {
	g.mu.Lock()
	g.finish()
}

func (g *group) finish() {
	if g.n == 0 {
		g.mu.Unlock()
		return
	}
	g.n = 0
	g.mu.Unlock()
}

// T6: the same condition over a field at both ends, with a call in between.
func (g *group) fieldOk(write func()) {
	if len(g.peers) != 0 {
		g.mu.Lock()
		g.n++
	}
	write()
	if len(g.peers) != 0 {
		g.mu.Unlock()
	}
}

func end(g *group) { g.fieldOk(func() {}) }

// T6: the condition is a call.
func (g *group) calledOk(remote func() bool) {
	if remote() {
		g.mu.Lock()
	}
	g.n++
	if remote() {
		g.mu.Unlock()
	}
}

func finish(g *group) { g.calledOk(func() bool { return true }) }
