package traps

import "sync"

func work() {}

func plainOk() {
	var wg sync.WaitGroup
	wg.Go(work)
	wg.Wait()
}

// Another group is counted down.
func otherOk(ready *sync.WaitGroup) {
	var wg sync.WaitGroup
	wg.Go(func() {
		work()
		ready.Done()
	})
	wg.Wait()
}

// T27: Add counts what Done counts down.
func balancedOk() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Go(func() {
		work()
		wg.Done()
	})
	wg.Wait()
}

type group struct{}

func (g *group) Go(f func()) { go f() }
func (g *group) Done()       {}

// A group of the repository's own, which counts nothing.
func ownOk(g *group) {
	g.Go(func() {
		work()
		g.Done()
	})
}
