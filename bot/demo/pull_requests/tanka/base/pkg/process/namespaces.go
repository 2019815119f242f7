// Package process turns what an environment lists into what is applied.
package process

import "sync"

// Namespaces knows which namespaces were seen.
type Namespaces struct {
	mtx  sync.Mutex
	seen map[string]bool
}

// First says whether a namespace is seen for the first time.
func (n *Namespaces) First(name string) bool {
	n.mtx.Lock()
	if n.seen[name] {
		return false
	}
	n.seen[name] = true
	n.mtx.Unlock()

	return true
}
