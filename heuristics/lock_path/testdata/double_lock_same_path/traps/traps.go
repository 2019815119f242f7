package traps

import "sync"

type node struct {
	mu   sync.Mutex
	next *node
	n    int
}

type tree struct {
	mu    sync.Mutex
	cur   *node
	locks []sync.Mutex
	n     int
}

// T3: released and taken again.
func (t *tree) relockOk() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mu.Unlock()
	t.n++
	t.mu.Lock()
}

// T5: TryLock never waits.
func (t *tree) tryOk() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.TryLock() {
		t.mu.Unlock()
		return true
	}
	return false
}

// T6: lock and unlock under one condition.
func (t *tree) flagOk(locked bool) {
	if !locked {
		t.mu.Lock()
	}
	t.n++
	if !locked {
		t.mu.Unlock()
	}
	t.mu.Lock()
	t.mu.Unlock()
}

// T22: hand over hand along a list, another lock with every step.
func handOverHandOk(n *node) {
	n.mu.Lock()
	for n.next != nil {
		next := n.next
		next.mu.Lock()
		n.mu.Unlock()
		n = next
	}
	n.mu.Unlock()
}

// T22: the field on the way means another node.
func (t *tree) advanceOk() {
	old := t.cur
	t.cur.mu.Lock()
	t.cur = t.cur.next
	t.cur.mu.Lock()
	t.cur.n++
	t.cur.mu.Unlock()
	old.mu.Unlock()
}

// T22: the function that is called moves on.
func (t *tree) movedOk() {
	old := t.cur
	t.cur.mu.Lock()
	t.move()
	t.cur.mu.Lock()
	t.cur.mu.Unlock()
	old.mu.Unlock()
}

func (t *tree) move() { t.cur = t.cur.next }

// T22: indices that are computed.
func (t *tree) shardsOk(a, b int) {
	t.locks[a%8].Lock()
	t.locks[b%8].Lock()
	t.locks[b%8].Unlock()
	t.locks[a%8].Unlock()
}

func pick(i int) *node { return nil }

// The same text, but perhaps not the same node.
func pickedOk(i int) {
	pick(i).mu.Lock()
	pick(i).mu.Lock()
}

// T8: the callee gives the lock back.
func (t *tree) handedOk() {
	t.mu.Lock()
	t.finish()
	t.mu.Lock()
	t.mu.Unlock()
}

func (t *tree) finish() {
	t.n++
	t.mu.Unlock()
}

// T8: the callee may have given the lock back.
func (t *tree) perhapsOk() {
	t.mu.Lock()
	if !t.finishIfDone() {
		t.n++
	}
	t.mu.Lock()
	t.mu.Unlock()
}

func (t *tree) finishIfDone() bool {
	if t.n == 0 {
		return false
	}
	t.mu.Unlock()
	return true
}

// Another goroutine takes it.
func (t *tree) launchedOk() {
	t.mu.Lock()
	go func() {
		t.mu.Lock()
		t.n++
		t.mu.Unlock()
	}()
	t.mu.Unlock()
}

// A lock of its own in every instance.
func mergeOk(a, b *node) {
	a.mu.Lock()
	b.mu.Lock()
	a.n += b.n
	b.mu.Unlock()
	a.mu.Unlock()
}

func eachOk(nodes []*node) {
	for _, n := range nodes {
		n.mu.Lock()
		defer n.mu.Unlock()
	}
}

// T6: opposite conditions over a field, with a call in between.
func (t *tree) oppositeOk(f func()) {
	if t.n == 0 {
		t.mu.Lock()
	}
	f()
	if t.n != 0 {
		t.mu.Lock()
	}
	t.mu.Unlock()
}

// A locker of readers lets them in twice.
func lockerOk(mu *sync.RWMutex) {
	l := mu.RLocker()
	l.Lock()
	l.Lock()
	l.Unlock()
	l.Unlock()
}

func handedLockerOk(l sync.Locker) {
	l.Lock()
	l.Lock()
	l.Unlock()
	l.Unlock()
}

type walker struct {
	mu    *sync.Mutex
	other *sync.Mutex
}

func (w *walker) read(name string) error { return nil }

// T6: taken and released under one condition, with calls in between.
func (w *walker) eachOk(names []string) {
	for _, name := range names {
		if w.mu != nil {
			w.mu.Lock()
		}
		_ = w.read(name)
		if w.mu != nil {
			w.mu.Unlock()
		}
	}
	if w.mu != nil {
		w.mu.Lock()
	}
	_ = w.read("")
	if w.mu != nil {
		w.mu.Unlock()
	}
}

func (w *walker) twiceBad() {
	if w.mu != nil {
		w.mu.Lock()
	}
	_ = w.read("")
	if w.other != nil {
		w.mu.Unlock()
	}
	w.mu.Lock() // want "`w.mu` is already held here"
	w.mu.Unlock()
}
