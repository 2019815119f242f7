package gate

// Gate is a lock with a condition: Unlock says whether it holds now.
type Gate struct {
	set   chan struct{}
	unset chan struct{}
}

func (g Gate) Lock() bool {
	select {
	case <-g.set:
		return true
	case <-g.unset:
		return false
	}
}

func (g Gate) Unlock(set bool) {
	if set {
		g.set <- struct{}{}
		return
	}
	g.unset <- struct{}{}
}

type queue struct {
	gate   Gate
	items  []int
	closed bool
}

func (q *queue) lock()   { q.gate.Lock() }
func (q *queue) unlock() { q.gate.Unlock(len(q.items) > 0) }

func (q *queue) Close() {
	q.lock()
	defer q.unlock()
	q.closed = true
}

func (q *queue) Put(n int) {
	q.gate.Lock()
	q.items = append(q.items, n)
	q.unlock()
}
