package traps

import "sync"

func pointerOk(wg *sync.WaitGroup, job func()) {
	defer wg.Done()
	job()
}

type Pool struct {
	wg *sync.WaitGroup
}

// The copy leads to the same group.
func (p Pool) runOk() {
	defer p.wg.Done()
}

type Group struct{ wg sync.WaitGroup }

func elementsOk(groups []Group) {
	for i := range groups {
		groups[i].wg.Done()
	}
}

func ownOk(jobs []func()) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		go pointerOk(&wg, job)
	}
	wg.Wait()
}

// A new group each time, for those that it starts itself.
func (g Group) allOk(jobs []func()) {
	for _, job := range jobs {
		g.wg.Add(1)
		go func() {
			defer g.wg.Done()
			job()
		}()
	}
	g.wg.Wait()
}
