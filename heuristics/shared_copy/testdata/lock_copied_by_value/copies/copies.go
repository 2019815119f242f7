package copies

import "sync"

type Counter struct {
	mu     sync.Mutex
	values map[string]int
}

func (c Counter) IncBad(name string) {
	c.mu.Lock() // want "^`Counter.IncBad` has a value receiver, so this locks a copy of `mu` and protects nothing.$"
	defer c.mu.Unlock()
	c.values[name]++
}

func incBad(c Counter, name string) {
	c.mu.Lock() // want "`c` is passed by value, so this locks a copy of `mu`"
	defer c.mu.Unlock()
	c.values[name]++
}

func allBad(counters []Counter) {
	for _, c := range counters {
		c.mu.Lock() // want "`c` is a copy of an element, so this locks a copy of `mu`"
		c.values["all"]++
		c.mu.Unlock()
	}
}

type Embedded struct {
	sync.RWMutex
	values map[string]int
}

func (e Embedded) GetBad(name string) int {
	e.RLock() // want "`Embedded.GetBad` has a value receiver, so this locks a copy of `RWMutex`"
	defer e.RUnlock()
	return e.values[name]
}

func (c *Counter) IncOk(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[name]++
}

func allOk(counters []*Counter) {
	for _, c := range counters {
		c.mu.Lock()
		c.values["all"]++
		c.mu.Unlock()
	}
}

func indexOk(counters []Counter) {
	for i := range counters {
		c := &counters[i]
		c.mu.Lock()
		c.values["all"]++
		c.mu.Unlock()
	}
}

// The lock is shared by pointer.
type Pointed struct {
	mu     *sync.Mutex
	values map[string]int
}

func (p Pointed) IncOk(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.values[name]++
}

// The struct with the lock is reached through a pointer.
type View struct{ counter *Counter }

func (v View) IncOk(name string) {
	v.counter.mu.Lock()
	defer v.counter.mu.Unlock()
	v.counter.values[name]++
}

// A zero value that the function makes itself.
func localOk() int {
	var c Counter
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.values)
}

// No lock is used.
func (c Counter) LenOk() int { return len(c.values) }

// Reduced from minio/minio before 3ba857dfa1: the lock is shared, but the list was copied before it is taken.
type targets struct {
	list []string
	name string
	mu   *sync.RWMutex
}

func (t *targets) set(list []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = list
}

func (t targets) getBad() []string {
	t.mu.RLock() // want "^`targets.getBad` has a value receiver, so `list` is copied before `mu` is taken.$"
	defer t.mu.RUnlock()
	return t.list
}

// What it reads is never written again.
func (t targets) nameOk() string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.name
}
