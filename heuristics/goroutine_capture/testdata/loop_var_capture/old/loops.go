// Reduced from moby/moby 27037 as GoBench keeps it, and etcd-io/etcd at 6760345453.

package work

import (
	"fmt"
	"sync"
)

type host struct {
	name string
}

func (h *host) ping() {}

func countBad() {
	var wg sync.WaitGroup
	for i := 17; i <= 21; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fmt.Println(i) // want "With `go 1.21` in go.mod all rounds of the loop share `i`"
		}()
	}
	wg.Wait()
}

func rangeBad(hosts []host, seen map[string]bool) {
	for name := range seen {
		go func() {
			fmt.Println(name) // want "share `name`"
		}()
	}
	for _, h := range hosts {
		go func() {
			h.ping() // want "share `h`"
		}()
	}
}

// Trap T17: a copy, or an argument.
func copyOk(hosts []host) {
	for _, h := range hosts {
		h := h
		go func() { h.ping() }()
	}
	for i, h := range hosts {
		go func(i int, h host) { fmt.Println(i, h) }(i, h)
	}
}

// Trap T18: joined in the same round.
func joinedOk(hosts []host) {
	for _, h := range hosts {
		done := make(chan struct{})
		go func() {
			h.ping()
			close(done)
		}()
		<-done
	}
}

// The loop is in the goroutine.
func insideOk(hosts []host) {
	go func() {
		for _, h := range hosts {
			h.ping()
		}
	}()
}

// The loop ends where it started a goroutine.
func onceOk(hosts []host) {
	for _, h := range hosts {
		if h.name != "" {
			go func() { h.ping() }()
			return
		}
	}
}
