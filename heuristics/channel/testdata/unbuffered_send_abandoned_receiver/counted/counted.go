// Package counted has room for all that is sent, as the function knows how much that is.
package counted

import "sync/atomic"

type page struct{ err error }

func fetchOk(first, pages uint64, fetch func(uint64) *page) error {
	var next atomic.Uint64
	next.Store(first)
	results := make(chan *page, pages)
	for i := 0; i < 4; i++ {
		go func() {
			for {
				number := next.Add(1) - 1
				if number >= first+pages {
					return
				}
				results <- fetch(number)
			}
		}()
	}
	for ; pages > 0; pages-- {
		if p := <-results; p.err != nil {
			return p.err
		}
	}
	return nil
}

func writeOk(queue <-chan int, quit <-chan struct{}, send func(int) error) {
	var done chan struct{}
	fail := make(chan error, 1)
	waiting := 0
	for {
		if done == nil && waiting > 0 {
			done = make(chan struct{})
			item := waiting
			go func() {
				if err := send(item); err != nil {
					fail <- err
					return
				}
				close(done)
			}()
		}
		select {
		case waiting = <-queue:
		case <-done:
			done = nil
		case <-fail:
		case <-quit:
			return
		}
	}
}
