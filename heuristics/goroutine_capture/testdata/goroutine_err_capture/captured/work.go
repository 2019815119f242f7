// Reduced from etcd-io/etcd at 66c552d048 (one error for parent and goroutine) among others.

package work

import (
	"context"
	"errors"
	"sync"
)

func ping(host string) error { return errors.New(host) }

func listen() (string, error) { return "", nil }

func loopBad(hosts []string) error {
	var err error
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			err = ping(host) // want "`err` is shared with other goroutines because of `=`; one result overwrites another"
		}()
	}
	wg.Wait()
	return err
}

func parentBad(host string) (string, error) {
	var err error
	failed := make(chan error, 1)
	go func() {
		err = ping(host) // want "`err` is shared with other goroutines because of `=`; one result overwrites another"
		failed <- err
	}()
	address, err := listen()
	if err != nil {
		return "", err
	}
	return address, <-failed
}

func siblingBad(a, b string) error {
	var err error
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		err = ping(a) // want "`err` is shared with other goroutines because of `=`; one result overwrites another"
	}()
	go func() {
		defer wg.Done()
		err = ping(b)
	}()
	wg.Wait()
	return err
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

// Trap T19: the closure runs in the goroutine that receives it.
func elsewhereOk(hosts []string, actions chan func()) {
	var err error
	for _, host := range hosts {
		go func() {
			actions <- func() { err = ping(host) }
		}()
	}
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

// Trap T21: one goroutine at most comes to the assignment.
func byDataOk(hosts []string, leader string) error {
	var err error
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if host == leader {
				err = ping(host) // want(all) "`err` is shared"
			}
		}()
	}
	wg.Wait()
	return err
}


type group struct{ sync.WaitGroup }

func (g *group) Go(run func() error) {
	g.Add(1)
	go func() {
		defer g.Done()
		_ = run()
	}()
}

func groupBad(hosts []string) {
	var g group
	var err error
	for _, host := range hosts {
		g.Go(func() error {
			err = ping(host) // want "`err` is shared"
			return err
		})
	}
	g.Wait()
}

func branchBad(a, b string) {
	var g group
	_, err := listen()
	if err != nil {
		return
	}
	g.Go(func() error {
		if _, err = listen(); err != nil { // want "`err` is shared"
			return err
		}
		if err = ping(a); err != nil {
			return err
		}
		return nil
	})
	g.Go(func() error {
		if err := ping(b); err != nil {
			return err
		}
		return nil
	})
	err = ping(b)
	if err != nil {
		return
	}
	g.Wait()
}

// What the caller reads afterwards is no longer the goroutine's when that declares its own: told without an edit.
func readBad(hosts []string) error {
	var g group
	var err error
	for _, host := range hosts {
		g.Go(func() error {
			err = ping(host) // want "`err` is shared"
			return err
		})
	}
	g.Wait()
	return err
}

// An error of the call's own result, and of what it runs in goroutines (the literal assigns what the call returns to).
func ownResultBad(hosts []string) error {
	var err error
	err = each(hosts, func(host string) error {
		_, err = listen() // want "`err` is shared"
		return err
	})
	return err
}

func each(hosts []string, run func(string) error) error {
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = run(host)
		}()
	}
	wg.Wait()
	return nil
}

// Run in turn, it is one goroutine's.
func inTurnOk(hosts []string) error {
	var err error
	inTurn(hosts, func(host string) error {
		err = ping(host)
		return err
	})
	return err
}

func inTurn(hosts []string, run func(string) error) {
	for _, host := range hosts {
		if run(host) != nil {
			return
		}
	}
}
