package traps

import "sync"

type Registry struct {
	mu      sync.Mutex
	entries sync.Map
	names   sync.Map
}

func (r *Registry) onceOk(name string) any {
	if v, ok := r.entries.Load(name); ok {
		return v
	}
	v, _ := r.entries.LoadOrStore(name, new(int))
	return v
}

// A lock is held around both.
func (r *Registry) lockedOk(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.entries.Load(name); !ok {
		r.entries.Store(name, new(int))
	}
}

// Another key, and another map.
func (r *Registry) otherOk(name, alias string) {
	if _, ok := r.entries.Load(name); !ok {
		r.entries.Store(alias, name)
		r.names.Store(name, alias)
	}
}

// Whatever is there is replaced.
func (r *Registry) replaceOk(name string) {
	old, ok := r.entries.Load(name)
	if ok {
		println(old)
	}
	r.entries.Store(name, new(int))
}

// T10: the map is this function's own.
func localOk(names []string) {
	var seen sync.Map
	for _, name := range names {
		if _, ok := seen.Load(name); !ok {
			seen.Store(name, true)
		}
	}
}
