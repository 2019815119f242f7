// Package platforms locks on one platform only, and is a lock itself.
package platforms

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type hub struct {
	mu      sync.Mutex
	state   sync.Mutex
	wallets []string
}

func (h *hub) refreshOk(list func() ([]string, error)) {
	if runtime.GOOS == "linux" {
		h.mu.Lock()
		if len(h.wallets) > 9 {
			h.mu.Unlock()
			return
		}
	}
	found, err := list()
	if err != nil {
		if runtime.GOOS == "linux" {
			h.mu.Unlock()
		}
		return
	}
	h.state.Lock()
	h.wallets = found
	h.state.Unlock()
	if runtime.GOOS == "linux" {
		h.mu.Unlock()
	}
}

type lazy struct{ current atomic.Pointer[sync.Mutex] }

func (l *lazy) Lock() {
	for {
		mu := l.current.Load()
		mu.Lock()
		if l.current.Load() == mu {
			return
		}
		mu.Unlock()
	}
}

type tester interface {
	Helper()
	Fatal(args ...any)
}

type double struct {
	mu    sync.Mutex
	tb    tester
	count int
}

func (d *double) resumeOk() {
	d.mu.Lock()
	switch d.count--; {
	case d.count < 0:
		d.tb.Fatal("negative count")
	default:
		d.mu.Unlock()
	}
}
