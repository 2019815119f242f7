package registry

import (
	"container/list"
	"math/rand"
	"sort"
	"sync"
)

type registry struct {
	mu      sync.RWMutex
	entries map[string]*list.Element
	recent  *list.List
	random  *rand.Rand
	names   table
	hits    int
	order   []string
}

type table struct {
	byName map[string]int
}

// lookup fills the table on a miss.
func (t *table) lookup(name string) int {
	if n, ok := t.byName[name]; ok {
		return n
	}
	t.byName[name] = len(t.byName)
	return t.byName[name]
}

func (r *registry) Add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries[name] = r.recent.PushFront(name)
	r.names.lookup(name)
	r.order = append(r.order, name)
	r.hits = 0
	r.random.Seed(1)
}

func (r *registry) TouchBad(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	element, ok := r.entries[name]
	if ok {
		r.recent.MoveToFront(element) // want "`recent` is changed while only the read lock of `mu` is held"
	}
	return ok
}

func (r *registry) ForgetBad(name string) {
	r.mu.RLock()
	delete(r.entries, name) // want "`entries` is changed while only the read lock"
	r.mu.RUnlock()
}

func (r *registry) PickBad() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.order[r.random.Intn(len(r.order))] // want "`random` is changed while only the read lock"
}

func (r *registry) NumberBad(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.names.lookup(name) // want "`names` is changed while only the read lock"
}

func (r *registry) Get(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.countBad()
	_, ok := r.entries[name]
	return ok
}

func (r *registry) Drop(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.countBad()
	delete(r.entries, name)
}

// countBad is called with the lock held; Get holds it for reading only.
func (r *registry) countBad() {
	r.hits++ // want "`hits` is changed while only the read lock"
}

func (r *registry) SortedBad() []string {
	r.mu.RLock()
	sort.Strings(r.order) // want "`order` is changed while only the read lock"
	defer r.mu.RUnlock()
	return append([]string(nil), r.order...)
}
