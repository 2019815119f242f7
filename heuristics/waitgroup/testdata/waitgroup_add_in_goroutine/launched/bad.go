package events

import "sync"

func loopBad(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go func() {
			wg.Add(1) // want "^`wg.Add` runs inside the goroutine that it counts, so Wait can return before it.$"
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

type Pool struct{ wg sync.WaitGroup }

func (p *Pool) RunBad(job func()) {
	go func() {
		p.wg.Add(1) // want "`p.wg.Add` runs inside the goroutine"
		defer p.wg.Done()
		job()
	}()
	p.wg.Wait()
}

func worker(wg *sync.WaitGroup, job func()) {
	wg.Add(1)
	defer wg.Done()
	job()
}

func namedBad(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go worker(&wg, job) // want "`wg.Add` runs inside the goroutine"
	}
	wg.Wait()
}
