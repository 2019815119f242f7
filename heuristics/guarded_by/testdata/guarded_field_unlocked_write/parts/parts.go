package parts

import "sync"

type stats struct {
	fetched int
	bytes   int
}

type reader struct {
	mu    sync.Mutex
	stats *stats
	limit int
}

// Reduced from thanos-io/thanos ffc42df3f7: the lock of the reader guards the numbers that belong to it.
func (r *reader) fetch(n int) {
	r.mu.Lock()
	r.stats.bytes += n
	r.stats.fetched++
	r.mu.Unlock()
}

func (r *reader) refetch(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.bytes += n
}

func (r *reader) loadBad(n int) {
	if n > 0 {
		r.stats.bytes += n // want "`bytes` is accessed under `mu` in .+ places; this write is not"
	}
	r.mu.Lock()
	r.stats.fetched++
	r.mu.Unlock()
}

func (r *reader) Start() {
	go r.fetch(1)
	go r.refetch(1)
	go r.loadBad(1)
}

// The same numbers as a part of something that one goroutine has.
type local struct {
	stats *stats
}

func (l *local) addOk(n int) {
	l.stats.bytes += n
}

type level struct {
	sync.RWMutex
	tables []int
}

type plan struct {
	level *level
	top   []int
	size  int
}

// A plan is made for each call; the lock of the level that it holds is not there for the plan.
func (l *level) fill() *plan {
	p := &plan{level: l}
	p.level.RLock()
	defer p.level.RUnlock()
	p.collect()
	return p
}

func (p *plan) collect() {
	p.top = append(p.top, p.level.tables...)
	p.size = len(p.top)
}

func (l *level) split() {
	p := &plan{level: l}
	p.level.RLock()
	p.top = p.level.tables[:1]
	p.size = len(p.top)
	p.level.RUnlock()
	p.cutOk()
}

func (p *plan) cutOk() {
	p.top = p.top[:0]
	p.size = 0
}

// What a constructor makes is its own until it returns, also in helpers.
func OpenOk() *reader {
	r := &reader{stats: &stats{}}
	go r.fetch(0)
	r.prepareOk()
	r.stats.bytes = 0
	return r
}

func (r *reader) prepareOk() {
	r.mu.Lock()
	r.limit = 1
	r.mu.Unlock()
	r.stats.bytes = 1
}
