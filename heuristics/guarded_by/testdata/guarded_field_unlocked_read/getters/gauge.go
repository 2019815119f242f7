package getters

import "sync"

type options struct {
	addr string
	size int
}

type gauge struct {
	sync.Mutex
	waiting int
	opts    options
	slots   [4]*options
	stopped chan struct{}
}

func (g *gauge) enter() {
	g.Lock()
	defer g.Unlock()
	g.waiting++
	g.slots[0] = &options{}
}

func (g *gauge) leave() {
	g.Lock()
	defer g.Unlock()
	g.waiting--
	g.slots[1] = nil
}

func (g *gauge) slot(i int) *options {
	g.Lock()
	defer g.Unlock()
	return g.slots[i]
}

// Tests alone look at it.
func (g *gauge) WaitingOk() int {
	return g.waiting
}

// Another part of the options is changed.
func (g *gauge) setAddr(addr string) {
	g.Lock()
	g.opts.addr = addr + "!"
	g.Unlock()
}

func (g *gauge) clearAddr() {
	g.Lock()
	g.opts.addr = ""
	g.Unlock()
}

func (g *gauge) SizeOk() int {
	size := g.opts.size
	g.Lock()
	defer g.Unlock()
	return size + len(g.opts.addr)
}

// The length of an array never changes.
func (g *gauge) SlotOk(i int) *options {
	if i >= len(g.slots) {
		return nil
	}
	return g.slot(i)
}

// The goroutine that closes the channel is waited for before there is another one (trap T18).
func (g *gauge) startOk() {
	g.Lock()
	defer g.Unlock()
	g.stopped = make(chan struct{})
	go g.workOk()
}

func (g *gauge) workOk() {
	close(g.stopped)
}

func (g *gauge) restart() {
	g.Lock()
	defer g.Unlock()
	<-g.stopped
	g.stopped = nil
}
