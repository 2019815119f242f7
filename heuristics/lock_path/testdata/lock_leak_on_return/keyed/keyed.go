package keyed

import (
	"context"
	"sync"

	"k8s.io/utils/keymutex"
)

// locks has a lock for every name.
type locks struct {
	mu    sync.Mutex
	named map[string]*sync.Mutex
}

func (l *locks) of(name string) *sync.Mutex {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.named[name] == nil {
		l.named[name] = &sync.Mutex{}
	}
	return l.named[name]
}

func (l *locks) Lock(name string)   { l.of(name).Lock() }
func (l *locks) Unlock(name string) { l.of(name).Unlock() }

// gate waits for as long as the context lets it: no lock in the sense of package sync.
type gate struct{ free chan struct{} }

func (g *gate) Lock(ctx context.Context)   { <-g.free }
func (g *gate) Unlock(ctx context.Context) { g.free <- struct{}{} }

type volumes struct {
	locks *locks
	keys  keymutex.KeyMutex
	gate  gate
	sizes map[string]int
}

func (v *volumes) removeBad(name string) bool {
	v.locks.Lock(name)
	if v.sizes[name] > 0 {
		return false // want "`v.locks.name.` is still held by this return"
	}
	delete(v.sizes, name)
	v.locks.Unlock(name)
	return true
}

func (v *volumes) growBad(name string) bool {
	v.keys.LockKey(name)
	if v.sizes[name] == 0 {
		return false // want "`v.keys.name.` is still held by this return"
	}
	v.sizes[name]++
	_ = v.keys.UnlockKey(name)
	return true
}

func (v *volumes) allBad(names []string) {
	for _, name := range names {
		v.locks.Lock(name)
		if v.sizes[name] == 0 {
			continue // want "`v.locks.name.` is still locked when this round"
		}
		v.locks.Unlock(name)
	}
}

func (v *volumes) twoOk(from, to string) bool {
	v.locks.Lock(from)
	defer v.locks.Unlock(from)
	v.locks.Lock(to)
	if v.sizes[from] == 0 {
		v.locks.Unlock(to)
		return false
	}
	v.sizes[to]++
	v.locks.Unlock(to)
	return true
}

func (v *volumes) gateOk(ctx context.Context, name string) bool {
	v.gate.Lock(ctx)
	if v.sizes[name] == 0 {
		return false
	}
	v.gate.Unlock(ctx)
	return true
}
