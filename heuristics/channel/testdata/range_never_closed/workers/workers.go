// Package workers: minio 03490c811b is a bug of this shape.
package workers

import "sync"

func WorkersBad(jobs []int) {
	work := make(chan int) // want "Nobody closes `work`, so the workers ranging over it never end"
	for i := 0; i < 4; i++ {
		go func() {
			for job := range work {
				_ = job
			}
		}()
	}
	for _, job := range jobs {
		work <- job
	}
}

type reader struct{ progress chan int }

func (r *reader) read() { r.progress <- 1 }

func CollectorBad(jobs []int) int {
	sums := make(chan int) // want "Nobody closes `sums`"
	total := 0
	go func() {
		for n := range sums {
			total += n
		}
	}()
	var wg sync.WaitGroup
	for range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := &reader{progress: sums}
			r.read()
		}()
	}
	wg.Wait()
	return total
}

func ClosedOk(jobs []int) {
	work := make(chan int)
	go func() {
		for range work {
		}
	}()
	for _, job := range jobs {
		work <- job
	}
	close(work)
}

func feed(work chan int) {
	defer close(work)
	work <- 1
}

func ClosedByCalleeOk() {
	work := make(chan int)
	go func() {
		for range work {
		}
	}()
	feed(work)
}

func OwnWayOutOk() {
	work := make(chan int)
	go func() {
		for job := range work {
			if job == 0 {
				return
			}
		}
	}()
	work <- 0
}

func GivenAwayOk(keep func(chan int)) {
	work := make(chan int)
	go func() {
		for range work {
		}
	}()
	keep(work)
	work <- 1
}

func ReturnedOk() chan int {
	work := make(chan int)
	go func() {
		for range work {
		}
	}()
	work <- 1
	return work
}

func EndlessOk(next func() int) {
	work := make(chan int)
	go func() {
		for range work {
		}
	}()
	for {
		work <- next()
	}
}
