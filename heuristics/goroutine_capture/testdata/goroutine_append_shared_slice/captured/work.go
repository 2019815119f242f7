package work

import (
	"errors"
	"sync"
)

func ping(host string) error { return errors.New(host) }

func appendBad(hosts []string) []string {
	var dead []string
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if ping(host) != nil {
				dead = append(dead, host) // want "`append` to `dead` in several goroutines loses elements"
			}
		}()
	}
	wg.Wait()
	return dead
}

type report struct{ dead []string }

func fieldBad(hosts []string) *report {
	r := &report{}
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func(host string) {
			defer wg.Done()
			r.dead = append(r.dead, host) // want "`append` to `r.dead` in several goroutines loses elements"
		}(host)
	}
	wg.Wait()
	return r
}

func twoBad(near, far []string) []string {
	var dead []string
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		dead = append(dead, near...) // want "`append` to `dead`"
	}()
	go func() {
		defer wg.Done()
		dead = append(dead, far...)
	}()
	wg.Wait()
	return dead
}

func besideBad(hosts []string) []string {
	var dead []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		dead = append(dead, hosts...) // want "`append` to `dead`"
	}()
	dead = append(dead, "localhost")
	<-done
	return dead
}

// A lock around the append keeps them apart.
func lockedOk(hosts []string) []string {
	var mu sync.Mutex
	var dead []string
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if ping(host) != nil {
				mu.Lock()
				defer mu.Unlock()
				dead = append(dead, host)
			}
		}()
	}
	wg.Wait()
	return dead
}

// Trap T20: every goroutine has an element of its own.
func elementsOk(groups [][]string) [][]string {
	dead := make([][]string, len(groups))
	var wg sync.WaitGroup
	for i, group := range groups {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, host := range group {
				dead[i] = append(dead[i], host)
			}
		}()
	}
	wg.Wait()
	return dead
}

// One goroutine, joined before anybody reads.
func joinedOk(hosts []string) []string {
	var dead []string
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, host := range hosts {
			dead = append(dead, host)
		}
	}()
	wg.Wait()
	dead = append(dead, "localhost")
	return dead
}

// Trap T17: each round has a slice of its own.
func roundOk(groups [][]string, out chan []string) {
	for _, group := range groups {
		var dead []string
		go func() {
			dead = append(dead, group...)
			out <- dead
		}()
	}
}
