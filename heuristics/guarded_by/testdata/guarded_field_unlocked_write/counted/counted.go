package counted

import "sync"

type pool struct {
	mu      sync.Mutex
	conns   map[string]int
	closed  bool
	current int
	events  chan int
	wg      sync.WaitGroup
}

// NewPoolOk makes the object (trap T10).
func NewPoolOk() *pool {
	p := &pool{events: make(chan int)}
	p.conns = map[string]int{}
	p.resetOk()
	return p
}

// Every caller works on a fresh object (trap T10).
func (p *pool) resetOk() {
	p.conns = map[string]int{}
}

func (p *pool) Add(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[name]++
	p.growOk(name)
	p.trimLocked()
}

func (p *pool) Remove(name string) {
	p.mu.Lock()
	delete(p.conns, name)
	p.mu.Unlock()
}

func (p *pool) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns)
}

func (p *pool) ResetBad() {
	p.conns = map[string]int{} // want "`conns` is accessed under `mu` in .+ of .+ places; this write is not"
}

func (p *pool) DropBad(name string) {
	delete(p.conns, name) // want "`conns` is accessed under `mu`"
}

// Callers hold the lock (trap T11).
func (p *pool) growOk(name string) {
	p.conns[name]++
}

// The name says that the lock is held (trap T4).
func (p *pool) trimLocked() {
	delete(p.conns, "")
}

// evictOk drops everything. The caller must hold p.mu (trap T4).
func (p *pool) evictOk() {
	p.conns = nil
}

// Entered with the lock held: its first operation is a release (trap T3).
func (p *pool) waitOk() {
	p.conns["waiting"]++
	p.mu.Unlock()
	<-p.events
	p.mu.Lock()
}

// It is not known who calls the literal, or under which lock.
func (p *pool) visitOk(each func(func())) {
	each(func() { p.conns["x"] = 1 })
}

func (p *pool) with(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// The literal runs inside a function that takes the lock.
func (p *pool) insideOk() {
	p.with(func() { p.conns["y"] = 1 })
}

// A method that is passed on as a value.
func (p *pool) passOk(register func(func(string))) {
	register(p.onEvictOk)
}

func (p *pool) onEvictOk(name string) {
	delete(p.conns, name)
}

// All workers have been waited for (trap T18).
func (p *pool) CloseOk() {
	p.wg.Wait()
	p.conns = nil
}

// TryLock took it (trap T5).
func (p *pool) TryOk() {
	if p.mu.TryLock() {
		p.conns["z"] = 1
		p.mu.Unlock()
	}
}

// Fields without a habit: one access under the lock says nothing.
func (p *pool) StopOk() {
	p.closed = true
}

func (p *pool) Stopped() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// One goroutine does everything with the field (trap T16).
func (p *pool) RunOk() {
	go p.loopOk()
}

func (p *pool) loopOk() {
	p.current = 0
	p.stepOk()
	p.secondOk()
}

func (p *pool) stepOk() {
	p.mu.Lock()
	p.current++
	p.current++
	p.mu.Unlock()
}

func (p *pool) secondOk() {
	p.mu.Lock()
	p.current++
	p.mu.Unlock()
}
