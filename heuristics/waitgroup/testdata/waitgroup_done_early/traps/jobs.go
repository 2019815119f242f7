package traps

import "sync"

// Jobs are counted: a round that counts down writes nothing, and the next one is another job.
func jobsOk(jobs chan int, again func(int)) map[int]bool {
	var wg sync.WaitGroup
	seen := map[int]bool{}
	go func() {
		for job := range jobs {
			if seen[job] {
				wg.Done()
				continue
			}
			seen[job] = true
			again(job)
		}
	}()
	wg.Add(1)
	jobs <- 1
	wg.Wait()
	return seen
}
