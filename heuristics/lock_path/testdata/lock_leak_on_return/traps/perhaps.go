package traps

import "sync"

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
}

func (w *walker) eachBad(names []string) {
	for _, name := range names {
		if len(name) > 0 {
			w.mu.Lock() // want "`w.mu` can still be held from the round before"
			if w.read(name) != nil {
				continue
			}
			w.mu.Unlock()
		}
	}
}
