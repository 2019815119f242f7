package traps

import "sync"

type writer struct {
	mu struct {
		sync.Mutex
		cond *sync.Cond
		done bool
	}
}

func open() *writer {
	w := &writer{}
	w.mu.cond = sync.NewCond(&w.mu)
	return w
}

// The lock is held under the name of the struct that embeds it.
func (w *writer) closeOk() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.mu.done {
		w.mu.cond.Wait()
	}
}

func (w *writer) Close() { w.closeOk() }
