package handlers

import "sync"

type authenticator struct {
	rotate func()
	turns  int
}

func (a *authenticator) UpdateBad() {
	a.rotate = func() {} // want "`authenticator.rotate` is assigned without a lock in the goroutines that `run` starts, which run in parallel"
}

func (a *authenticator) turnOk() {
	a.turns++
}

// Reduced from the kernel of kubernetes 80284: all goroutines have one object.
func run() {
	var wg sync.WaitGroup
	a := &authenticator{}
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			a.UpdateBad()
		}()
	}
	wg.Wait()
}

// Each goroutine has its own.
func each() {
	for i := 0; i < 2; i++ {
		a := &authenticator{}
		go a.turnOk()
	}
}

// table is safe for concurrent use.
type table struct {
	rows map[string]int
	size int
}

func (t *table) GrowBad() {
	t.size++ // want "`table.size` is assigned without a lock in `table.GrowBad`, which several goroutines may call at once"
}

func (t *table) sizeOk() int {
	return t.size
}
