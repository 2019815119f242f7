// Reduced from html/template: what walks the tree knows the name space by a field of its own.
package likelock

import "sync"

type space struct {
	mu   sync.Mutex
	set  map[string]*page
	walk walker
}

type page struct {
	*space
	name string
}

type walker struct{ ns *space }

func (p *page) Add(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set[name] = &page{p.space, name}
}

func (p *page) Drop(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.set, name)
}

func (p *page) Has(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.set[name] != nil
}

func (p *page) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.set)
}

func (p *page) Check() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return check(p, p.name)
}

func check(p *page, name string) bool { return p.walk.tree(name) }

func (w *walker) tree(name string) bool {
	if w.leaf(name) {
		return true
	}
	other := &walker{ns: w.ns}
	return other.branch(name[1:])
}

func (w *walker) branch(name string) bool { return w.tree(name) || w.leaf(name) }

// T11: every way to this function passes a call with the lock of the name space held.
func (w *walker) leaf(name string) bool {
	return w.ns.set[name] != nil
}

func (w *walker) Peek(name string) bool {
	return w.ns.set[name] != nil // want "`set` is read without `mu`"
}
