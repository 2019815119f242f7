package workers

import "sync"

type Pool struct {
	wg   sync.WaitGroup
	jobs chan func()
}

func (p Pool) runBad() { // want "^The WaitGroup `p.wg` is copied; Done acts on the copy.$"
	defer p.wg.Done()
	for job := range p.jobs {
		job()
	}
}

func (p *Pool) Start() {
	p.wg.Add(1)
	go p.runBad()
}

func (p *Pool) Stop() {
	close(p.jobs)
	p.wg.Wait()
}

// WorkBad is called by others, too, who would have to be changed with it.
func WorkBad(wg sync.WaitGroup) { // want "`wg` is copied; Done"
	wg.Done()
}
