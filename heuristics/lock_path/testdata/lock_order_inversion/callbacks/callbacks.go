// Package callbacks: the second lock is taken by a function that a field holds, or behind an interface.
//
// Queue goes back to hashicorp/memberlist commit c73b3e173c1992a977fbcf2412045462bacc6337, Cacher to kubernetes pull
// request 13135; written anew.
package callbacks

import "sync"

type Queue struct {
	mu    sync.Mutex
	count func() int
	items []string
}

func (q *Queue) Push(item string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) < q.count() {
		q.items = append(q.items, item)
	}
}

type Cluster struct {
	nodeLock sync.RWMutex
	nodes    []string
	queue    *Queue
}

func (c *Cluster) announce(name string) { c.queue.Push(name) }

func newCluster() *Cluster {
	c := &Cluster{queue: &Queue{}}
	c.queue.count = func() int {
		c.nodeLock.RLock()
		defer c.nodeLock.RUnlock()
		return len(c.nodes)
	}
	return c
}

func (c *Cluster) JoinBad(name string) {
	c.nodeLock.Lock()
	defer c.nodeLock.Unlock()
	c.nodes = append(c.nodes, name)
	c.announce(name) // want "takes `Cluster.nodeLock` then `Queue.mu`; `Queue.Push` takes `Queue.mu` then `Cluster.nodeLock`"
}

type Store interface {
	Replace(all []string)
}

type Cacher struct {
	sync.Mutex
	store Store
	watch *Watch
}

type Watch struct {
	sync.Mutex
	onEvent func()
	all     []string
}

func (w *Watch) Replace(all []string) {
	w.Lock()
	defer w.Unlock()
	w.all = all
}

func (w *Watch) Add(one string) {
	w.Lock()
	defer w.Unlock()
	w.all = append(w.all, one)
	w.onEvent()
}

func (w *Watch) SetOnEvent(f func()) { w.onEvent = f }

func (c *Cacher) processEvent() {
	c.Lock()
	defer c.Unlock()
}

func NewCacher() *Cacher {
	watch := &Watch{}
	c := &Cacher{store: watch, watch: watch}
	watch.SetOnEvent(c.processEvent)
	return c
}

func (c *Cacher) Sync(all []string) {
	c.Lock()
	defer c.Unlock()
	c.store.Replace(all) // want "takes `Cacher` then `Watch`; `Watch.Add` takes `Watch` then `Cacher`"
}
