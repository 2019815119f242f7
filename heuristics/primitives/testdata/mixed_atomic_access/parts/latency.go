// Reduced from minio/minio: one object of a type is current and shared, others lie in a table under a lock.
package parts

import (
	"sync"
	"sync/atomic"
)

type sum struct {
	total int64
	count int64
}

func (s *sum) addOk(n int64) {
	s.total += n
	s.count++
}

type minute struct{ seconds [60]sum }

func (m *minute) put(second int, n int64) {
	m.seconds[second].addOk(n)
}

type latency struct {
	current atomic.Pointer[sum]
	mu      sync.Mutex
	minute  minute
}

func (l *latency) Add(n int64) {
	s := l.current.Load()
	atomic.AddInt64(&s.total, n)
	atomic.AddInt64(&s.count, 1)
}

func (l *latency) Turn(second int) int64 {
	s := l.current.Swap(&sum{})
	total := atomic.LoadInt64(&s.total)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.minute.put(second, total+atomic.LoadInt64(&s.count))
	return total
}

type gauge struct{ level int64 }

func (g *gauge) dropBad() {
	g.level-- // want(all) "`level` is updated with sync/atomic in `raise` but read plainly here"
}

type panel struct{ left gauge }

func (p *panel) Drop() { p.left.dropBad() }

func (p *panel) Raise() { raise(&p.left) }

func raise(g *gauge) { atomic.AddInt64(&g.level, 1) }
