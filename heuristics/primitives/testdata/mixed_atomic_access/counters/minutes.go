package counters

import (
	"sync/atomic"
)

type minute struct{ count int64 }

type current struct{ cached *minute }

func (c *current) add()       { atomic.AddInt64(&c.cached.count, 1) }
func (c *current) now() int64 { return atomic.LoadInt64(&c.cached.count) }

type hour struct {
	minutes [60]minute
	latest  *[60]minute
}

// The receiver is a copy, and the elements of its array with it.
func (h hour) sumOk() (sum int64) {
	for i := range h.minutes {
		sum += h.minutes[i].count
	}
	return sum
}

func (h hour) sumBad() (sum int64) {
	for i := range h.latest {
		sum += h.latest[i].count // want(all) "`count` is updated with sync/atomic in `current.add` but read plainly here"
	}
	return sum
}

// resetOk is for testing only, and doesn't need to be thread safe.
func (m *minute) resetOk() { m.count = 0 }

func (m *minute) resetBad() {
	m.count = 0 // want(all) "`count` is updated with sync/atomic in `current.add` but written plainly here"
}
