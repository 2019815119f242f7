// Package loops: etcd 6857 and istio 17860 are bugs of this shape.
package loops

import (
	"context"
	"errors"
)

type node struct {
	requests chan int
	stop     chan struct{}
	done     chan struct{}
	answers  chan int
	buffered chan int
	drained  chan int
	ranged   chan int
}

func newNode() *node {
	return &node{
		requests: make(chan int), stop: make(chan struct{}), done: make(chan struct{}), answers: make(chan int),
		buffered: make(chan int, 4), drained: make(chan int), ranged: make(chan int),
	}
}

func (n *node) run() {
	defer close(n.done)
	for {
		select {
		case <-n.requests:
		case <-n.buffered:
		case <-n.stop:
			return
		}
	}
}

func (n *node) doBad(v int) {
	n.requests <- v // want "This send on `node.requests` blocks for ever once `node.run` has returned"
}

func (n *node) doOk(v int) error {
	select {
	case n.requests <- v:
		return nil
	case <-n.done:
		return errors.New("stopped")
	}
}

func (n *node) bufferOk(v int) { n.buffered <- v }

func (n *node) drain(ctx context.Context) {
	for {
		select {
		case <-n.drained:
		case <-ctx.Done():
			for range n.drained {
			}
			return
		}
	}
}

func (n *node) drainedOk(v int) { n.drained <- v }

func (n *node) rangeAll() {
	for range n.ranged {
	}
}

func (n *node) rangedOk(v int) { n.ranged <- v }

// The loop never ends.

func (n *node) serve() {
	for {
		select {
		case <-n.answers:
		case <-n.done:
			n.stop = nil
		}
	}
}

func (n *node) serveOk(v int) { n.answers <- v }

// The context ends with the process, as a rule.

type watcher struct{ items chan int }

func newWatcher() *watcher { return &watcher{items: make(chan int)} }

func (w *watcher) Run(ctx context.Context) {
	for {
		select {
		case <-w.items:
		case <-ctx.Done():
			return
		}
	}
}

func (w *watcher) addListed(v int) {
	w.items <- v // want(all) "blocks for ever once `watcher.Run` has returned"
}

type writer struct{ block chan []byte }

func newWriter(done chan struct{}) *writer {
	w := &writer{block: make(chan []byte)}
	go func() {
		for {
			select {
			case <-w.block:
			case <-done:
				return
			}
		}
	}()
	return w
}

func (w *writer) writeBad(b []byte) {
	w.block <- b // want(all) "blocks for ever once the goroutine of `newWriter` has ended"
}

// An agent whose loop also ends when there is nothing left to wait for.

type agent struct{ status chan int }

func newAgent() *agent { return &agent{status: make(chan int)} }

func (a *agent) Run(ctx context.Context) {
	for {
		select {
		case s := <-a.status:
			if s == 0 {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (a *agent) Restart() { go a.wait(1) }

func (a *agent) wait(epoch int) {
	a.status <- epoch // want "blocks for ever once `agent.Run` has returned"
}

// The sender is the one who ends the loop, after its last send.

type feeder struct{ items, done chan int }

func newFeeder() *feeder { return &feeder{items: make(chan int), done: make(chan int)} }

func (f *feeder) Run() {
	for {
		select {
		case <-f.items:
		case <-f.done:
			return
		}
	}
}

func (f *feeder) feedListed(values []int) {
	defer close(f.done)
	for _, v := range values {
		f.items <- v // want(all) "blocks for ever once `feeder.Run` has returned"
	}
}

func (f *feeder) Wait(ctx context.Context) {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
}

// A message that means the end is the last one; a closed channel has no sender left.

type sink struct{ quit, lines chan string }

func newSink() *sink { return &sink{quit: make(chan string), lines: make(chan string)} }

func (s *sink) Run(ctx context.Context) {
	for {
		select {
		case <-s.quit:
			return
		case _, ok := <-s.lines:
			if !ok {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (s *sink) stopListed() {
	s.quit <- "" // want(all) "blocks for ever once `sink.Run` has returned"
}

func (s *sink) writeListed() {
	s.lines <- "" // want(all) "blocks for ever once `sink.Run` has returned"
}

// Who may turn back has asked whether the object is still in use.

type socket struct {
	open bool
	out  chan string
	done chan struct{}
}

func newSocket() *socket { return &socket{open: true, out: make(chan string), done: make(chan struct{})} }

func (s *socket) pump() {
	for {
		select {
		case <-s.out:
		case <-s.done:
			return
		}
	}
}

func (s *socket) sendListed(text string) {
	if !s.open {
		return
	}
	s.out <- text // want(all) "blocks for ever once `socket.pump` has returned"
}

func (s *socket) Wait(ctx context.Context) {
	select {
	case <-s.done:
	case <-ctx.Done():
	}
}
