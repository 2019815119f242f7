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

// A helper that counts, launches and is no goroutine itself.
type Handlers struct {
	wg   sync.WaitGroup
	mu   sync.RWMutex
	jobs chan func()
}

func (h *Handlers) start(job func()) {
	h.wg.Add(1)
	go func() {
		defer h.wg.Done()
		job()
	}()
}

func (h *Handlers) serveOk(job func()) {
	h.start(func() { job() })
	h.start(job)
	h.wg.Wait()
}

// T27: the group launches the goroutine and counts it.
func groupOk(job func()) {
	var wg sync.WaitGroup
	wg.Go(func() {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
		}()
	})
	wg.Wait()
}

// T18: the lock orders Add before the stop, or keeps it from happening.
type Logger struct {
	wg sync.WaitGroup
	mu sync.RWMutex
	in chan string
}

func (l *Logger) startOk() {
	go l.drain()
}

func (l *Logger) drain() {
	l.mu.RLock()
	in := l.in
	if in != nil {
		l.wg.Add(1)
		defer l.wg.Done()
	}
	l.mu.RUnlock()
	for range in {
	}
}

func (l *Logger) Stop() {
	l.mu.Lock()
	close(l.in)
	l.in = nil
	l.mu.Unlock()
	l.wg.Wait()
}

// T27: counts a child for Stop, and is joined itself by another group before.
func (l *Logger) childrenOk(jobs []func()) {
	var joined sync.WaitGroup
	joined.Add(len(jobs))
	for _, job := range jobs {
		go func() {
			defer joined.Done()
			l.wg.Add(1)
			go func() {
				defer l.wg.Done()
				job()
			}()
		}()
	}
	joined.Wait()
}
