package account

import "sync"

type worker struct {
	startMu sync.Mutex
	mu      sync.Mutex
	queue   map[string]int
}

func (w *worker) put(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue[name]++
}

func (w *worker) drop(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.queue, name)
}

// The name says that a lock is held, not which: the caller may have taken mu.
func (w *worker) moveLockedOk(from, to string, need bool) {
	if need {
		w.mu.Lock()
		defer w.mu.Unlock()
	}
	w.queue[to] = w.queue[from]
}
