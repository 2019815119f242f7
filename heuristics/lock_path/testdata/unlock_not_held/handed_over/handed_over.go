// Package handed_over gives back what a goroutine has taken.
package handed_over

import "sync"

type fake struct{ mu sync.Mutex }

func blockOk(f *fake, work func() error) error {
	f.mu.Lock()
	f.mu.Unlock()
	taken, result := make(chan struct{}), make(chan error)
	go func() {
		f.mu.Lock()
		close(taken)
		result <- work()
	}()
	<-taken
	f.mu.Unlock()
	return <-result
}
