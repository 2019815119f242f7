package traps

import (
	"log"
	"os"
	"sync"
)

func work() error { return nil }

func deferredOk() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		if work() != nil {
			return
		}
	}()
	wg.Wait()
}

// Each way out counts down.
func eachWayOk() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work() != nil {
			wg.Done()
			return
		}
		wg.Done()
	}()
	wg.Wait()
}

// T9: the process ends.
func exitsOk() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if err := work(); err != nil {
			log.Fatal(err)
			return
		}
		if work() != nil {
			os.Exit(1)
		}
		wg.Done()
	}()
	wg.Wait()
}

func finish(wg *sync.WaitGroup) { wg.Done() }

// A helper counts down.
func helperOk() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work() != nil {
			finish(&wg)
			return
		}
		wg.Done()
	}()
	wg.Wait()
}

// Jobs are counted, not goroutines.
func jobsOk(jobs chan func(), quit chan struct{}) {
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		for {
			select {
			case <-quit:
				return
			case job := <-jobs:
				job()
				wg.Done()
			}
		}
	}()
	wg.Wait()
}

// The condition that counted down holds at the return.
func sameConditionOk(last bool) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if last {
			wg.Done()
		}
		println("between")
		if last {
			return
		}
		work()
		wg.Done()
	}()
	wg.Wait()
}

// One of two goroutines counts down.
func eitherOk(first, second chan int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if _, ok := <-first; !ok {
			return
		}
		wg.Done()
	}()
	go func() {
		<-second
		wg.Done()
	}()
	wg.Wait()
}

// A literal that runs in place counts down.
func closureOk() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		done := func() { wg.Done() }
		if work() != nil {
			done()
			return
		}
		done()
	}()
	wg.Wait()
}
