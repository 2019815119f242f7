package registry

import "sync"

type entry struct{ name string }

type Registry struct{ entries sync.Map }

func (r *Registry) GetBad(name string) *entry {
	if v, ok := r.entries.Load(name); ok {
		return v.(*entry)
	}
	e := &entry{name}
	r.entries.Store(name, e) // want(all) "^Load followed by Store on `r.entries` is not atomic.$"
	return e
}

var counters sync.Map

func countBad(name string) {
	v, ok := counters.Load(name)
	if !ok {
		v = new(int)
		counters.Store(name, v) // want(all) "Load followed by Store on `counters`"
	}
	println(v)
}

func render(name string) string { return name }

// Equal values: either may stay.
func (r *Registry) RenderOk(name string) string {
	if v, ok := r.entries.Load(name); ok {
		return v.(string)
	}
	text := render(name)
	r.entries.Store(name, text) // want(all) "Load followed by Store"
	return text
}
