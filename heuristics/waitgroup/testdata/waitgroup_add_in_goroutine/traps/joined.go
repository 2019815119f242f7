package traps

import "sync"

// each calls fn for every name, in goroutines, and comes back when all have ended.
func each(names []string, fn func(string)) {
	var group sync.WaitGroup
	for _, name := range names {
		group.Add(1)
		go func() {
			defer group.Done()
			fn(name)
		}()
	}
	group.Wait()
}

func joinedOk(names []string) {
	var wg sync.WaitGroup
	each(names, func(name string) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			println(name)
		}()
	})
	wg.Wait()
}

// start calls fn for every name, in goroutines that go on when it comes back.
func start(names []string, fn func(string)) {
	for _, name := range names {
		go fn(name)
	}
}

func startedBad(names []string) {
	var wg sync.WaitGroup
	start(names, func(name string) {
		wg.Add(1) // want "`wg.Add` runs inside the goroutine that it counts"
		defer wg.Done()
		println(name)
	})
	go println(len(names))
	wg.Wait()
}
