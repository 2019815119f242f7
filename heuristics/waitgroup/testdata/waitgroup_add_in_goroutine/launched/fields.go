// Reduced from libp2p/go-libp2p before 2327766848: a worker counts itself, Close waits for it.
package events

import "sync"

type Book struct {
	wg   sync.WaitGroup
	quit chan struct{}
}

func NewBookBad() *Book {
	b := &Book{quit: make(chan struct{})}
	go b.flush() // want "^`b.wg.Add` runs inside the goroutine that it counts, so Wait can return before it.$"
	return b
}

func (b *Book) flush() {
	b.wg.Add(1)
	defer b.wg.Done()
	<-b.quit
}

func (b *Book) Close() {
	close(b.quit)
	b.wg.Wait()
}

func NewBookOk() *Book {
	b := &Book{quit: make(chan struct{})}
	b.wg.Add(1)
	go b.run()
	return b
}

// T27: run is counted by its launcher, and counts the children that it launches.
func (b *Book) run() {
	defer b.wg.Done()
	b.wg.Add(1)
	go b.child()
}

func (b *Book) child() { b.wg.Done() }
