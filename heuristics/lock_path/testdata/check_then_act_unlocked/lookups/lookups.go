// Package lookups: objects that are made when a map does not have them.
package lookups

import "sync"

type Conn struct {
	mu   sync.Mutex
	addr string
}

type Parsed struct{ text string }

type Pool struct {
	mu    sync.RWMutex
	conns map[string]*Conn
	sizes map[string]int
	files map[string]*Parsed
}

func (p *Pool) GetBad(addr string) *Conn {
	p.mu.RLock()
	conn, ok := p.conns[addr]
	p.mu.RUnlock()
	if ok {
		return conn
	}
	conn = &Conn{addr: addr}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[addr] = conn // want "`p.conns.addr.` is tested under the read lock, but not tested again"
	return conn
}

func (p *Pool) GetOk(addr string) *Conn {
	p.mu.RLock()
	conn, ok := p.conns[addr]
	p.mu.RUnlock()
	if ok {
		return conn
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if conn, ok := p.conns[addr]; ok {
		return conn
	}
	conn = &Conn{addr: addr}
	p.conns[addr] = conn
	return conn
}

// HelperOk leaves the second test to a helper.
func (p *Pool) HelperOk(addr string) *Conn {
	p.mu.RLock()
	conn, ok := p.conns[addr]
	p.mu.RUnlock()
	if ok {
		return conn
	}
	conn = &Conn{addr: addr}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.find(addr); other != nil {
		return other
	}
	p.conns[addr] = conn
	return conn
}

func (p *Pool) find(addr string) *Conn { return p.conns[addr] }

// SizeOk computes the same value twice at worst.
func (p *Pool) SizeOk(addr string) int {
	p.mu.RLock()
	size, ok := p.sizes[addr]
	p.mu.RUnlock()
	if !ok {
		size = len(addr)
		p.mu.Lock()
		p.sizes[addr] = size
		p.mu.Unlock()
	}
	return size
}

// OneSectionOk never leaves the section.
func (p *Pool) OneSectionOk(addr string) *Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	conn, ok := p.conns[addr]
	if !ok {
		conn = &Conn{addr: addr}
		p.conns[addr] = conn
	}
	return conn
}

// ParseOk computes the same object twice at worst.
func (p *Pool) ParseOk(name string) *Parsed {
	p.mu.RLock()
	parsed, ok := p.files[name]
	p.mu.RUnlock()
	if ok {
		return parsed
	}
	parsed = &Parsed{text: name}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[name] = parsed
	return parsed
}
