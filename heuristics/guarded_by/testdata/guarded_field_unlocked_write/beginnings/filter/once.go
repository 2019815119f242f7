package filter

import "sync"

type handler struct {
	mu    sync.Mutex
	once  sync.Once
	times map[string]int
	late  map[string]int
}

// The map is made before anybody comes to it (reduced from goharbor/harbor, ArtifactEventHandler.onPull).
func (h *handler) PullOk(name string) {
	h.once.Do(func() {
		h.times = map[string]int{}
		h.late = map[string]int{} // want "`late` is accessed under `mu` in .+; this write is not"
		go h.flush()
	})
	h.pulled(name)
}

func (h *handler) pulled(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.times[name]++
	h.late[name]++
}

func (h *handler) flush() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.times = map[string]int{}
	for name := range h.late {
		delete(h.late, name)
	}
}

// It does not wait for the Once.
func (h *handler) Late(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.late[name]
}

type blocks struct {
	mu   sync.Mutex
	last int
	all  map[int]string
}

// Nobody but this method and its helper asks for the number (reduced from hyperledger/fabric, cache.put).
func (b *blocks) putOk(number int, block string) {
	b.last = number
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all[number] = block
	b.evict()
}

func (b *blocks) evict() {
	oldest := b.last - len(b.all) + 1
	if _, ok := b.all[oldest]; ok && oldest < b.last-9 {
		delete(b.all, oldest)
	}
}

func (b *blocks) get(number int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all[number]
}

type books struct {
	mu   sync.Mutex
	last int
	all  map[int]string
}

// Others may call it, at the same time.
func (b *books) PutBad(number int, book string) {
	b.last = number // want "`last` is accessed under `mu` in .+; this write is not"
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all[number] = book
	b.evict()
}

func (b *books) evict() {
	oldest := b.last - len(b.all) + 1
	if _, ok := b.all[oldest]; ok && oldest < b.last-9 {
		delete(b.all, oldest)
	}
}
