package wire

import "sync"

type options struct {
	verbose bool
	key     string
	token   string
}

type peer struct {
	mu   sync.Mutex
	opts options
	name string
	sent int
	seen int
	log  func(string)
	out  chan string
}

// The connection's own goroutine sets and asks verbose; what the lock is there for are the credentials.
func (p *peer) greet(quiet bool) {
	p.mu.Lock()
	p.opts.verbose = !quiet
	p.mu.Unlock()
}

func (p *peer) Rekey(key, token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opts.key = key + p.name
	p.opts.token = token + p.name
}

func (p *peer) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opts.key = ""
	p.opts.token = ""
}

func (p *peer) Matches(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opts.key == key || p.opts.token == key
}

func (p *peer) Publish(s string) {
	p.mu.Lock()
	p.sent++
	p.mu.Unlock()
	if p.opts.verbose {
		p.out <- "ok"
	}
}

func (p *peer) Subscribe(s string) {
	p.mu.Lock()
	p.seen++
	p.mu.Unlock()
	if p.opts.verbose {
		p.out <- "ok"
	}
}

func (p *peer) Ping() {
	if p.opts.verbose {
		p.out <- "pong"
	}
}

func (p *peer) Anonymous() bool {
	p.mu.Lock()
	p.seen++
	p.mu.Unlock()
	return p.opts.key == "" // want "`key` is read without `mu`"
}
