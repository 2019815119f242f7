package events

import "sync"

// Counted before the launch.
func beforeOk(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// T27: a goroutine that holds a count adds one for its child.
func childOk(job func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
		}()
	}()
	wg.Wait()
}

// The group is the goroutine's own.
func ownOk(jobs []func(), done chan struct{}) {
	var outer sync.WaitGroup
	outer.Add(1)
	go func() {
		defer outer.Done()
		var wg sync.WaitGroup
		wg.Add(len(jobs))
		for _, job := range jobs {
			go func() { defer wg.Done(); job() }()
		}
		wg.Wait()
	}()
	outer.Wait()
}

// The launcher waits for another group.
func otherOk(job func()) {
	var first, second sync.WaitGroup
	first.Add(1)
	go func() {
		defer first.Done()
		second.Add(1)
		defer second.Done()
		job()
	}()
	first.Wait()
}
