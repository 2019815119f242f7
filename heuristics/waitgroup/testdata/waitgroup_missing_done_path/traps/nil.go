package traps

import "sync"

// Whoever hands over no group counts nobody.
func collectOk(wg *sync.WaitGroup) {
	if wg != nil {
		defer wg.Done()
	}
	if work() != nil {
		return
	}
	println("collected")
}

func collectAll() {
	wg := &sync.WaitGroup{}
	wg.Add(1)
	go collectOk(wg)
	wg.Wait()
	collectOk(nil)
}
