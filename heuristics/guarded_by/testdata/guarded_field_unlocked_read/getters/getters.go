package getters

import "sync"

type ring struct {
	mu     sync.RWMutex
	nodes  []string
	weight int
	label  string
	log    func()
	target string
	wg     sync.WaitGroup
}

// NewOk makes the object (trap T10).
func NewOk(names []string) *ring {
	r := &ring{}
	r.nodes = append(r.nodes, names...)
	_ = len(r.nodes)
	return r
}

func (r *ring) Add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nodes = append(r.nodes, name)
	r.weight++
	r.lastOk()
}

func (r *ring) Drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nodes = nil
	r.weight = 0
}

func (r *ring) First() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.weight == 0 || r.weight > 9 {
		return ""
	}
	return r.nodes[0]
}

func (r *ring) LenBad() int {
	return len(r.nodes) // want "`nodes` is read without `mu`, while `ring.Add` changes it under that lock"
}

func (r *ring) pickBad(n int) string {
	if n >= r.weight { // want "`weight` is read without `mu`, while `ring.Add` changes it under that lock"
		return ""
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.nodes[n]
}

// A number that is read by itself: nothing but the habit speaks, which is not enough to comment.
func (r *ring) Weight() int {
	return r.weight // want(all) "`weight` is read without `mu`"
}

// Callers hold the lock (trap T11).
func (r *ring) lastOk() string {
	return r.nodes[len(r.nodes)-1]
}

// The name says that the lock is held (trap T4).
func (r *ring) countLocked() int {
	return len(r.nodes)
}

// Everybody who writes has been waited for (trap T18).
func (r *ring) SumOk() int {
	r.wg.Wait()
	return len(r.nodes)
}

// SetTargetOk hands in a value once, when all is set up.
func (r *ring) SetTargetOk(target string) {
	r.mu.Lock()
	r.target = target
	r.mu.Unlock()
}

func (r *ring) targetsOk() (string, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.target, r.target
}

func (r *ring) TargetOk() string {
	return r.target
}

// One goroutine writes the field, and reads it too (trap T16).
func (r *ring) start() {
	go r.loopOk()
}

func (r *ring) loopOk() {
	r.relabelOk()
	if r.label == "" {
		return
	}
}

func (r *ring) relabelOk() {
	r.mu.Lock()
	r.label = "x"
	r.label += "y"
	r.mu.Unlock()
}

func (r *ring) Label() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.label
}

type table struct {
	mu     sync.Mutex
	rows   map[string]int
	order  []string
	closed bool
	last   string
	hits   int
	extra  int
}

func (t *table) Put(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[name]++
	t.order = append(t.order, name)
	t.hits++
	if !t.closed {
		t.last = name
	}
}

func (t *table) Drop(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, name)
	t.order = t.order[:0]
	t.last = ""
}

func (t *table) Has(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.extra = len(t.order)
	return t.rows[name] > 0 && t.hits > 0
}

// Only the reference is copied: the map is never replaced, and nothing in it is looked at.
func (t *table) ViewOk() map[string]int {
	return t.rows
}

func (t *table) EachBad(visit func(string)) {
	for name := range t.rows { // want "`rows` is read without `mu`, while `table.Put` changes it under that lock"
		visit(name)
	}
}

// sort calls it under the lock (trap T11).
func (t *table) Len() int           { return len(t.order) }
func (t *table) Less(i, j int) bool { return t.order[i] < t.order[j] }
func (t *table) Swap(i, j int)      { t.order[i], t.order[j] = t.order[j], t.order[i] }

// Printing calls it, perhaps under the lock (trap T11).
func (t *table) String() string {
	return t.order[0]
}

// A flag that is never taken back: the object does not change any more.
func (t *table) FinalOk() string {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return t.last
	}
	t.closed = true
	t.mu.Unlock()
	return ""
}

// It ends the object and takes no lock: everybody has left.
func (t *table) CloseOk() int {
	return t.hits
}
