// Package before reads fields that cannot change any more when the read comes.
package before

import (
	"sync"
	"sync/atomic"
)

type wallet struct {
	mu   sync.Mutex
	quit chan chan error
	open bool
}

func (w *wallet) Open() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.quit = make(chan chan error)
	w.open = true
	go w.watch()
}

func (w *wallet) watch() {
	errc := <-w.quit
	errc <- nil
}

func (w *wallet) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.quit == nil {
		return nil
	}
	errc := make(chan error)
	w.quit <- errc
	err := <-errc
	w.quit = nil
	return err
}

type client struct {
	mu  sync.Mutex
	dir *directory
}

type directory struct{ url string }

func (c *client) discover() (*directory, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dir != nil {
		return c.dir, nil
	}
	c.dir = &directory{}
	return c.dir, nil
}

func (c *client) Order() (string, error) {
	if _, err := c.discover(); err != nil {
		return "", err
	}
	if c.dir == nil {
		return "", nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dir.url, nil
}

type vectors struct {
	mu         sync.Mutex
	compressed atomic.Bool
	compressor *directory
}

func (v *vectors) compress() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.compressor = &directory{}
	v.compressed.Store(true)
}

func (v *vectors) recompress() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.compressor = nil
	v.compressor = &directory{url: "again"}
	v.compressed.Store(true)
}

func (v *vectors) Usage() string {
	if !v.compressed.Load() {
		return ""
	}
	if v.compressor == nil {
		return "none"
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.compressor.url
}

type lazy struct {
	mu  sync.Mutex
	log *lines
}

type lines struct{ all map[string]int }

func (l *lines) put(key string) { l.all[key]++ }
func (l *lines) flush()         { delete(l.all, "") }

func (l *lazy) fill() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log != nil {
		return
	}
	l.log = &lines{all: map[string]int{}}
}

func (l *lazy) Put(key string) {
	l.fill()
	l.log.put(key)
}

func (l *lazy) Flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log != nil {
		l.log.flush()
	}
}

func (l *lazy) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log != nil {
		l.log.flush()
	}
}
