// Package traps shows closes after the last send.
package traps

import "sync"

func JoinedOk(jobs []int) <-chan int {
	var wg sync.WaitGroup
	results := make(chan int, len(jobs))
	for _, job := range jobs {
		wg.Add(1)
		go func(job int) {
			defer wg.Done()
			results <- job
		}(job)
	}
	wg.Wait()
	close(results)
	return results
}

func CloserOk(jobs []int) <-chan int {
	var wg sync.WaitGroup
	results := make(chan int)
	for _, job := range jobs {
		wg.Add(1)
		go func(job int) {
			defer wg.Done()
			results <- job
		}(job)
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	return results
}

func ReceivedOk() {
	done := make(chan int)
	go func() { done <- 1 }()
	<-done
	close(done)
}

func CountedOk(jobs []int) (last int) {
	results := make(chan int, len(jobs))
	for _, job := range jobs {
		go func(job int) { results <- job }(job)
	}
	for range jobs {
		last = <-results
	}
	close(results)
	return last
}

func ForwarderOk(progress chan int, pull func(chan int)) {
	output := make(chan int, 100)
	go func() {
		for p := range progress {
			output <- p
		}
	}()
	pull(progress)
	close(output)
}

func ReceiversOk(jobs []int) {
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

type group struct {
	wg  sync.WaitGroup
	end chan struct{}
	in  chan int
}

func newGroup() *group { return &group{end: make(chan struct{}), in: make(chan int)} }

func (g *group) Enqueue(v int) {
	select {
	case g.in <- v:
	case <-g.end:
	}
}

func (g *group) Wait() {
	close(g.in)
	g.wg.Wait()
}

func (g *group) work() {
	defer g.wg.Done()
	for range g.in {
	}
}

type queue struct {
	mu     sync.Mutex
	closed bool
	quit   chan struct{}
	in     chan int
	out    chan int
}

func newQueue() *queue {
	return &queue{quit: make(chan struct{}), in: make(chan int), out: make(chan int)}
}

func (q *queue) Put(v int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		select {
		case q.in <- v:
		case <-q.quit:
		}
	}
}

func (q *queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.in)
}

func (q *queue) loop() {
	defer close(q.out)
	for v := range q.in {
		select {
		case q.out <- v:
		case <-q.quit:
		}
	}
}

func (q *queue) read() {
	for range q.out {
	}
}
