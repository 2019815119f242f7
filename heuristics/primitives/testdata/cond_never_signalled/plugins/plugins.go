// Goes back to moby/moby#29733: plugins wait until they are active, and are not told.
package plugins

import "sync"

type Plugin struct {
	activated bool
	activate  *sync.Cond
}

func New() *Plugin {
	return &Plugin{activate: sync.NewCond(&sync.Mutex{})}
}

func (p *Plugin) awaitBad() {
	p.activate.L.Lock()
	for !p.activated {
		p.activate.Wait() // want "^Nobody signals `p.activate`, so Wait never returns.$"
	}
	p.activate.L.Unlock()
}

func (p *Plugin) Handle() {
	p.activated = true
}
