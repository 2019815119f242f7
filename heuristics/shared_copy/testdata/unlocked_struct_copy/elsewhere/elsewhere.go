package elsewhere

import "sync/atomic"

type block struct {
	start int64
	end   int64
}

var none = block{}

// The block that is updated atomically is a copy for others to look at.
type writer struct {
	block block
	shown block
}

func newWriterOk() *writer {
	return &writer{block: none}
}

func (w *writer) startOk() {
	w.shown = w.block
}

func (w *writer) loop() {
	for {
		atomic.StoreInt64(&w.shown.start, w.block.start)
		atomic.StoreInt64(&w.shown.end, w.block.end)
	}
}

func (w *writer) shownBad() block {
	return w.shown // want "copy of a `block` reads `start` plainly"
}
