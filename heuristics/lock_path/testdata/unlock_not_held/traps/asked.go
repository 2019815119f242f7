package traps

import "sync"

type walker struct{ mu *sync.Mutex }

func (w *walker) walkOk(read func() error) error {
	if w.mu != nil {
		w.mu.Lock()
	}
	err := read()
	if w.mu != nil {
		w.mu.Unlock()
	}
	return err
}
