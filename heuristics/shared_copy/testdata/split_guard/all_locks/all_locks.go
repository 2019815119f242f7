// Package all_locks takes one of many locks to look, and all of them to replace.
package all_locks

import "sync"

type locks struct {
	mu  sync.RWMutex
	all [8]sync.RWMutex
}

func (l *locks) Lock(id int)    { l.all[id%8].Lock() }
func (l *locks) Unlock(id int)  { l.all[id%8].Unlock() }
func (l *locks) RLock(id int)   { l.all[id%8].RLock() }
func (l *locks) RUnlock(id int) { l.all[id%8].RUnlock() }

func (l *locks) LockAll() {
	for i := range l.all {
		l.all[i].Lock()
	}
}

func (l *locks) UnlockAll() {
	for i := range l.all {
		l.all[i].Unlock()
	}
}

type cache struct {
	maintenance sync.Mutex
	shards      *locks
	vectors     [][]float32
}

func (c *cache) Get(id int) []float32 {
	c.shards.RLock(id)
	defer c.shards.RUnlock(id)
	return c.vectors[id]
}

func (c *cache) Set(id int, v []float32) {
	c.shards.Lock(id)
	defer c.shards.Unlock(id)
	c.vectors[id] = v
}

func (c *cache) Drop(id int) {
	c.shards.Lock(id)
	defer c.shards.Unlock(id)
	c.vectors[id] = nil
}

func (c *cache) Grow(n int) {
	c.maintenance.Lock()
	defer c.maintenance.Unlock()
	c.shards.LockAll()
	defer c.shards.UnlockAll()
	grown := make([][]float32, n)
	copy(grown, c.vectors)
	c.vectors = grown
}
