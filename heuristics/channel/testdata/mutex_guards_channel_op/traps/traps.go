// Package traps: sends and receives under a lock that go through.
package traps

import "sync"

// A buffer takes the message.

type Buffered struct {
	mu  sync.Mutex
	out chan int
}

func newBuffered() *Buffered { return &Buffered{out: make(chan int, 8)} }

func (b *Buffered) sendOk(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.out <- n
}

func (b *Buffered) loop() {
	for range b.out {
		b.mu.Lock()
		b.mu.Unlock()
	}
}

// The default arm passes by.

type Default struct {
	mu  sync.Mutex
	out chan int
}

func newDefault() *Default { return &Default{out: make(chan int)} }

func (d *Default) sendOk(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case d.out <- n:
	default:
	}
}

func (d *Default) loop() {
	for range d.out {
		d.mu.Lock()
		d.mu.Unlock()
	}
}

// One of the receivers does not need the lock.

type Two struct {
	mu  sync.Mutex
	out chan int
}

func newTwo() *Two { return &Two{out: make(chan int)} }

func (t *Two) sendOk(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out <- n
}

func (t *Two) loop() {
	for range t.out {
		t.mu.Lock()
		t.mu.Unlock()
	}
}

func (t *Two) drain() {
	for range t.out {
	}
}

// The receiver is past its section before anybody knows its channel.

type Waiters struct {
	mu  sync.Mutex
	all []waiter
}

type waiter struct {
	result chan<- error
}

func (w *Waiters) GetOk() error {
	w.mu.Lock()
	result := make(chan error)
	w.all = append(w.all, waiter{result: result})
	w.mu.Unlock()
	return <-result
}

func (w *Waiters) againOk() {
	for w.GetOk() == nil {
		w.GetOk()
	}
}

func (w *Waiters) kickOk() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, each := range w.all {
		each.result <- nil
	}
}

// The channel comes from somewhere else.

type Foreign struct {
	mu  sync.Mutex
	out chan int
}

func NewForeign(out chan int) *Foreign { return &Foreign{out: out} }

func (f *Foreign) SendOk(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out <- n
}

func (f *Foreign) loop() {
	for range f.out {
		f.mu.Lock()
		f.mu.Unlock()
	}
}

// A token that the function itself puts and takes.

type Tokens struct {
	mu   sync.Mutex
	slot chan struct{}
}

func (t *Tokens) RunOk(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.slot <- struct{}{}
	f()
	<-t.slot
}

type counted struct {
	mu    sync.Mutex
	queue chan int
}

func newCounted() *counted { return &counted{queue: make(chan int, 8)} }

func (c *counted) push(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue <- n
}

// It takes no more than what is there.
func (c *counted) drainOk() (sum int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range len(c.queue) {
		sum += <-c.queue
	}
	return sum
}

func (c *counted) waitBad() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return <-c.queue // want "Waiting on `counted.queue` with `c.mu` held"
}
