package traps

import "sync"

func work() {}

// Each round counts its own goroutine.
func perRoundOk(n int) {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work()
		}()
		wg.Wait()
	}
}

// The last round waits.
func lastOk(n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			defer wg.Done()
			work()
		}()
		if i == n-1 {
			wg.Wait()
		}
	}
}

// The inner loop starts all of them.
func batchOk(rounds, n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	for range rounds {
		for range n {
			go func() {
				defer wg.Done()
				work()
			}()
		}
		wg.Wait()
	}
}

func oneOk(n int) {
	var wg sync.WaitGroup
	wg.Add(1)
	for range n {
		go func() {
			defer wg.Done()
			work()
		}()
		wg.Wait()
		return
	}
}

func behindOk(n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	for range n {
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait()
}
