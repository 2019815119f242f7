package traps

import (
	"fmt"
	"sync"
)

func work() error { return nil }

func lastOk() error {
	var wg sync.WaitGroup
	var err error
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer func() { err = fmt.Errorf("%v", recover()) }()
		work()
	}()
	wg.Wait()
	return err
}

// Done says that the goroutine has begun; a channel says that it has ended.
func readyOk() error {
	var ready sync.WaitGroup
	var err error
	done := make(chan struct{})
	ready.Add(1)
	go func() {
		ready.Done()
		err = work()
		close(done)
	}()
	ready.Wait()
	<-done
	return err
}

// A lock keeps the two apart.
func lockedOk() int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	wg.Add(1)
	go func() {
		wg.Done()
		mu.Lock()
		n++
		mu.Unlock()
	}()
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	return n
}

// Nobody reads it behind Wait.
func unreadOk() {
	var wg sync.WaitGroup
	var err error
	wg.Add(1)
	go func() {
		wg.Done()
		err = work()
		println(err)
	}()
	wg.Wait()
}

// Another way: the write comes first on each.
func branchOk(fast bool) error {
	var wg sync.WaitGroup
	var err error
	wg.Add(1)
	go func() {
		if fast {
			wg.Done()
			return
		}
		err = work()
		wg.Done()
	}()
	wg.Wait()
	return err
}
