package counters

import (
	"sync"
	"sync/atomic"
)

type queued struct {
	bytes int64
	count int64
}

type queues struct {
	sync.RWMutex
	total  queued
	byName map[string]queued
}

func (q *queues) add(name string, size int64) {
	q.Lock()
	defer q.Unlock()
	one := q.byName[name]
	atomic.AddInt64(&one.bytes, size)
	q.byName[name] = one
	atomic.AddInt64(&q.total.bytes, size)
	atomic.AddInt64(&q.total.count, 1)
}

// The update holds the same lock.
func (q *queues) totalOk() int64 {
	q.RLock()
	defer q.RUnlock()
	total := q.total
	return total.bytes
}

// An element of a map is changed by putting a new one.
func (q *queues) byNameOk(name string) int64 {
	one := q.byName[name]
	return one.bytes
}

func (q *queues) totalBad() int64 {
	total := q.total // want "copy of a `queued` reads `bytes` plainly"
	return total.bytes
}
