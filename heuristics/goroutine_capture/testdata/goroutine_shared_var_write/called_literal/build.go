package build

import "sync"

type action struct {
	fail  error
	start int
	run   func() error
}

// Each call of handle has variables of its own, whichever goroutine calls it; what lies outside of it they share.
func Run(all []*action) (failed int) {
	var mu sync.Mutex
	queue, last := all, 0
	handle := func(a *action) {
		var err error
		if a.run != nil {
			name := "run"
			if a.fail != nil {
				name += " again"
			}
			println(name)
			a.start = 1
			err = a.run()
		}
		last = a.start // want "all assign `last`"
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed++
		}
		a.fail = err
	}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				mu.Lock()
				a := queue[0]
				queue = queue[1:]
				mu.Unlock()
				handle(a)
			}
		}()
	}
	wg.Wait()
	return failed + last
}
