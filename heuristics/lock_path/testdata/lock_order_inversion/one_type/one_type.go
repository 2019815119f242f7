// Package one_type: two locks of one struct, and an element of a map of locks.
//
// File goes back to rclone/rclone commit 2cfe2354dfe19ad6d77fcf921f38fe9103bedef4, PerKey to hugo pull request 3251;
// written anew.
package one_type

import "sync"

type File struct {
	mu   sync.Mutex
	rw   sync.Mutex
	open *Handle
}

type Handle struct {
	file *File
	size int
}

func (f *File) RemoveBad() {
	f.mu.Lock()
	f.rw.Lock() // want "takes `File.mu` then `File.rw`; `Handle.flush` takes `File.rw` then `File.mu`"
	f.open = nil
	f.rw.Unlock()
	f.mu.Unlock()
}

func (h *Handle) flush() {
	h.file.rw.Lock()
	defer h.file.rw.Unlock()
	h.file.mu.Lock()
	defer h.file.mu.Unlock()
	h.size = 0
}

func (h *Handle) close() {
	h.file.rw.Lock()
	defer h.file.rw.Unlock()
	h.file.mu.Lock()
	h.file.open = nil
	h.file.mu.Unlock()
}

type PerKey struct {
	sync.RWMutex
	locks map[string]*sync.Mutex
}

func (p *PerKey) lockKey(key string) {
	p.Lock()
	if _, ok := p.locks[key]; !ok {
		p.locks[key] = &sync.Mutex{}
	}
	p.locks[key].Lock()
	p.Unlock()
}

func (p *PerKey) unlockKey(key string) {
	p.RLock()
	defer p.RUnlock()
	p.locks[key].Unlock()
}

func (p *PerKey) DoBad(key string) {
	p.lockKey(key)
	p.unlockKey(key) // want "takes `PerKey.locks..` then `PerKey`; `PerKey.lockKey` takes `PerKey` then"
}

type Node struct {
	mu   sync.Mutex
	aux  sync.Mutex
	next *Node
}

// Two nodes: which one comes first is not known here (same type, different instances).

func (n *Node) ForwardOk() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next.aux.Lock()
	n.next.aux.Unlock()
}

func (n *Node) OwnOk() {
	n.aux.Lock()
	defer n.aux.Unlock()
	n.mu.Lock()
	n.mu.Unlock()
}

func (n *Node) ChainOk() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next.mu.Lock()
	n.next.mu.Unlock()
}
