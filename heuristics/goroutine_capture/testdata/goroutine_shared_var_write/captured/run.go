// Reduced from etcd-io/etcd at 66c552d048 (one error for parent and goroutine) among others.

package work

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

func ping(host string) error { return errors.New(host) }

func listen() (string, error) { return "", nil }

func loopBad(hosts []string) int {
	size := 0
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			size = len(host) // want "Goroutines started in this loop all assign `size` without synchronisation"
		}()
	}
	wg.Wait()
	return size
}

func parentBad(host string) (string, int) {
	var size int
	failed := make(chan error, 1)
	go func() {
		size = len(host) // want "`size` is assigned by this goroutine and assigned by the code that started it before any join"
		failed <- ping(host)
	}()
	address, _ := listen()
	size = len(address)
	<-failed
	return address, size
}

func siblingBad(a, b string) int {
	size := 0
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		size = len(a) // want "`size` is assigned by this goroutine and assigned by another one"
	}()
	go func() {
		defer wg.Done()
		size = len(b)
	}()
	wg.Wait()
	return size
}

// Two names of one object are one cause.
func aliasBad(hosts []string) *result {
	r := result{}
	p := &r
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.total = len(host) // want "all assign `p.total`"
		}()
	}
	wg.Wait()
	return &r
}

func countBad(hosts []string) int {
	failed := 0
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if ping(host) != nil {
				failed++ // want "all assign `failed`"
			}
		}()
	}
	wg.Wait()
	return failed
}

type result struct {
	total int
	parts []int
}

func fieldBad(hosts []string) *result {
	r := &result{}
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.total += len(host) // want "all assign `r.total`"
		}()
	}
	wg.Wait()
	return r
}

// What the goroutine declares itself is its own.
func declaredOk(hosts []string, failed chan error) {
	var err error
	for _, host := range hosts {
		go func() {
			err := ping(host)
			failed <- err
		}()
	}
	_ = err
}

func lockedOk(hosts []string) error {
	var mu sync.Mutex
	var first error
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := ping(host)
			mu.Lock()
			if first == nil {
				first = err
			}
			mu.Unlock()
		}()
	}
	wg.Wait()
	return first
}

func onceOk(hosts []string) error {
	var once sync.Once
	var first error
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := ping(host); err != nil {
				once.Do(func() { first = err })
			}
		}()
	}
	wg.Wait()
	return first
}

// Trap T17: the variable is another one in each iteration, or is passed.
func iterationOk(hosts []string, failed chan error) {
	for _, host := range hosts {
		var err error
		go func() {
			err = ping(host)
			failed <- err
		}()
	}
	for _, host := range hosts {
		go func(host string) {
			host = host + ":80"
			failed <- ping(host)
		}(host)
	}
	for i, host := range hosts {
		go func() {
			i = i + 1
			failed <- ping(host)
		}()
	}
}

// Trap T18: joined before every other access.
func joinedOk(host string) error {
	var err error
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		err = ping(host)
	}()
	wg.Wait()
	if err != nil {
		err = ping(host)
	}
	return err
}

// Trap T18: joined by a close, in the arm that reads.
func closedOk(ctx context.Context, host string) error {
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = ping(host)
	}()
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Trap T18: joined by a helper of the repository.
func helperOk(host string) error {
	var err error
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		err = ping(host)
	}()
	await(&wg)
	return err
}

func await(wg *sync.WaitGroup) { wg.Wait() }

// Trap T18: joined inside a callback.
func callbackOk(host string) error {
	var err error
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		err = ping(host)
	}()
	timed(func() { wg.Wait() })
	return err
}

func timed(do func()) { do() }

// Trap T18: joined in every iteration.
func inTurnOk(hosts []string) error {
	var err error
	for _, host := range hosts {
		done := make(chan struct{})
		go func() {
			err = ping(host)
			close(done)
		}()
		<-done
	}
	return err
}

// Trap T18: the goroutine waits until the launcher is done with the variable.
func gateOk(host string) string {
	name := host
	ready := make(chan struct{})
	go func() {
		<-ready
		name = "late"
	}()
	name += ":80"
	first := name
	close(ready)
	return first
}

// Trap T18: the second goroutine waits for the first.
func relayOk(host string, out chan error) {
	var err error
	done := make(chan struct{})
	go func() {
		err = ping(host)
		close(done)
	}()
	go func() {
		<-done
		out <- err
	}()
}

// Trap T18: an atomic flag that is set after the write is seen before the read.
func flagOk(host string) error {
	var err error
	var ready atomic.Bool
	go func() {
		err = ping(host)
		ready.Store(true)
	}()
	for !ready.Load() {
		time.Sleep(time.Millisecond)
	}
	return err
}

// Trap T19: the closure runs in the goroutine that receives it.
func elsewhereOk(hosts []string, actions chan func()) {
	var err error
	for _, host := range hosts {
		go func() {
			actions <- func() { err = ping(host) }
		}()
	}
}

// Trap T20: every goroutine writes an element of its own.
func elementsOk(hosts []string) []error {
	errs := make([]error, len(hosts))
	var wg sync.WaitGroup
	for i, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = ping(host)
		}()
	}
	wg.Wait()
	return errs
}

// Trap T21: one goroutine at most comes to the assignment.
func byDataOk(hosts []string, leader string) int {
	size := 0
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if host == leader {
				size = len(host) // want(all) "all assign `size`"
			}
		}()
	}
	wg.Wait()
	return size
}

// Trap T28: as many receives as goroutines, and the reads come after them.
func countedOk(hosts []string) error {
	var last error
	results := make(chan error, len(hosts))
	for _, host := range hosts {
		go func() { results <- ping(host) }()
	}
	for range hosts {
		if err := <-results; err != nil {
			last = err
		}
	}
	return last
}

// The launch and the other assignment exclude each other.
func branchesOk(host string, later bool, failed chan error) error {
	var err error
	if later {
		go func() {
			err = ping(host)
			failed <- err
		}()
		return nil
	}
	err = ping(host)
	return err
}

// Trap T17: every call of the closure has a variable of its own.
func callOk(hosts []string, failed chan error) {
	start := func(host string) {
		err := ping(host)
		if err != nil {
			err = ping(host)
		}
		go func() {
			err = ping(host)
			failed <- err
		}()
	}
	for _, host := range hosts {
		start(host)
	}
}

// Trap T17: the next round has a connection of its own.
func roundOk(accept func() (*result, error), sink chan *result) {
	for {
		conn, err := accept()
		if err != nil || conn == nil {
			return
		}
		go func() {
			sink <- conn
			conn = nil
		}()
	}
}

func callBad(hosts []string) int {
	failed := 0
	start := func(host string) {
		go func() {
			if ping(host) != nil {
				failed++ // want "all assign `failed`"
			}
		}()
	}
	for _, host := range hosts {
		start(host)
	}
	return len(hosts)
}

// Trap T17: the variables of a goroutine that starts others are its own.
func nestedOk(hosts []string, out chan int) {
	for _, host := range hosts {
		go func() {
			size := 0
			var wg sync.WaitGroup
			wg.Add(1)
			go func() {
				defer wg.Done()
				size = len(host)
			}()
			wg.Wait()
			out <- size
		}()
	}
}

type group struct{ sync.WaitGroup }

func (g *group) result() error {
	g.Wait()
	return nil
}

// Trap T18: a plain variable is loaded after the call that waits.
func returnedOk(host string) (int, error) {
	size := 0
	var g group
	g.Add(1)
	go func() {
		defer g.Done()
		size = len(host)
	}()
	return size, g.result()
}

func pagesBad(hosts []string, next func(string, *string) *string) {
	var token *string
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				token = next(host, token) // want "all assign `token`"
				if token == nil {
					return
				}
			}
		}()
	}
	wg.Wait()
}

func twiceBad() int {
	done := 0
	var wg sync.WaitGroup
	wg.Add(2)
	work := func() {
		defer wg.Done()
		done++ // want "`done` is assigned by this goroutine and assigned by another one"
	}
	go work()
	go work()
	wg.Wait()
	return done
}
