// Reduced from moby/moby (GoKer moby/7559) and ipfs/kubo@9aea2c7895; the code is written anew.
package rounds

import "sync"

type proxy struct {
	mu    sync.Mutex
	conns int
	dirty bool
}

func (p *proxy) runBad(dial func() error) {
	for i := 0; i < 2; i++ {
		p.mu.Lock() // want "`p.mu` can still be held from the round before"
		if dial() != nil {
			continue
		}
		if i == 0 {
			break
		}
		p.mu.Unlock()
	}
	p.conns++
}

func (p *proxy) behindBad(dial func() error) {
	for {
		p.mu.Lock() // want "`p.mu` can still be held from the round before"
		if dial() != nil {
			continue
		}
		break
	}
	p.mu.Unlock()
}

// T6: a flag says whether this round has to lock.
func (p *proxy) flagOk(more func() bool) {
	locked := false
	for more() {
		if !locked {
			p.mu.Lock()
			locked = true
		}
		p.conns++
	}
	if locked {
		p.mu.Unlock()
	}
}

// Every round that goes on gives the lock back; the last one keeps it for what follows.
func (p *proxy) waitOk(more func() bool) {
	for {
		p.mu.Lock()
		if !more() {
			break
		}
		p.mu.Unlock()
	}
	p.conns++
	p.mu.Unlock()
}

func (p *proxy) againOk(more func() bool) {
again:
	p.mu.Lock()
	if more() {
		p.mu.Unlock()
		goto again
	}
	p.mu.Unlock()
}

func (p *proxy) againBad(more func() bool) {
	p.mu.Lock()
	if more() {
		goto out
	}
	p.mu.Unlock()
out:
	p.conns++
} // want "`p.mu` is still locked when the function ends"

// The release of one path is in a function that is called.
func (p *proxy) closeBad() error {
	p.mu.Lock()
	if p.dirty {
		return p.flush()
	}
	return nil // want "`p.mu` is still held by this return"
}

func (p *proxy) flush() error {
	p.dirty = false
	p.mu.Unlock()
	return nil
}

// T8: the function that is called gives the lock back on some of its paths, and says so.
func (p *proxy) tellsOk() {
	p.mu.Lock()
	if p.flushIfDirty() {
		return
	}
	p.conns++
	p.mu.Unlock()
}

func (p *proxy) flushIfDirty() bool {
	if !p.dirty {
		return false
	}
	p.mu.Unlock()
	return true
}

type counter struct{ lock sync.Mutex }

func (c *counter) countedBad(dial func() error) {
	for i := 0; i < 2; i++ {
		c.lock.Lock() // want "`c.lock` can still be held from the round before"
		if dial() != nil {
			continue
		}
		if i == 0 {
			break
		}
	}
	c.lock.Unlock()
}
