package workers

import "sync"

func workBad(wg sync.WaitGroup, job func()) { // want "^The WaitGroup `wg` is copied; Done acts on the copy.$"
	defer wg.Done()
	job()
}

func startAll(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go workBad(wg, job)
	}
	wg.Wait()
}

func literalBad(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func(group sync.WaitGroup) { // want "The WaitGroup `group` is copied; Done acts on the copy."
			defer group.Done()
			job()
		}(wg)
	}
	wg.Wait()
}
