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
