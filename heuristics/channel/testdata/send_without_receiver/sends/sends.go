// Package sends: moby 33293 and kubernetes 25331 are bugs of these shapes.
package sends

import "errors"

func prepare() error { return errors.New("no") }

func run(failed chan error) { failed <- nil }

func ReturnsItBad() <-chan error {
	failed := make(chan error)
	if err := prepare(); err != nil {
		failed <- err // want "Nobody else has `failed` yet, so this send blocks for ever"
		return failed
	}
	go run(failed)
	return failed
}

func BufferOk() <-chan error {
	failed := make(chan error, 1)
	failed <- prepare()
	return failed
}

func LaunchedBeforeOk() {
	work := make(chan int)
	go func() {
		for range work {
		}
	}()
	work <- 1
	close(work)
}

func HandedOverBeforeOk(register func(chan int)) {
	work := make(chan int)
	register(work)
	work <- 1
}

type box struct{ in chan int }

func StoredBeforeOk(b *box) {
	work := make(chan int)
	b.in = work
	work <- 1
}

func InsideBeforeOk(start func(*box)) {
	work := make(chan int)
	start(&box{in: work})
	work <- 1
}

func DefaultOk() {
	work := make(chan int)
	select {
	case work <- 1:
	default:
	}
}

// A field that nobody receives from.

type watcher struct {
	results chan int
	events  chan int
	Updates chan int
}

func newWatcher() *watcher {
	return &watcher{results: make(chan int), events: make(chan int), Updates: make(chan int)}
}

func (w *watcher) sendBad() {
	w.results <- 1 // want "Nothing receives from `watcher.results`, so this send blocks for ever"
}

func (w *watcher) sendOk() {
	w.events <- 1
	w.Updates <- 1
}

func (w *watcher) loop() {
	for range w.events {
	}
}
