// Reduced from thanos-io/thanos@04297643c7 and moby/swarmkit@84a2011467; the code is written anew.
package readers

import (
	"fmt"
	"strings"
	"sync"
)

type endpoint struct {
	mu     sync.RWMutex
	labels []string
}

func (e *endpoint) hasBad() bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return len(e.Labels()) > 0 // want "`e.mu` is read-locked twice by one goroutine; a writer waiting in between deadlocks both"
}

func (e *endpoint) Labels() []string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.labels
}

func (e *endpoint) countBad() int {
	e.mu.RLock()
	n := len(e.labels)
	e.mu.RLock() // want "`e.mu` is read-locked twice by one goroutine"
	if e.labels == nil {
		n = 1
	}
	e.mu.RUnlock()
	e.mu.RUnlock()
	return n
}

func (e *endpoint) update(labels []string) {
	e.mu.Lock()
	e.labels = labels
	e.mu.Unlock()
}

func (e *endpoint) oneAfterTheOtherOk() int {
	e.mu.RLock()
	n := len(e.labels)
	e.mu.RUnlock()
	return n + len(e.Labels())
}

// Nothing ever takes this one for writing.
type frozen struct {
	mu     sync.RWMutex
	labels []string
}

func (f *frozen) hasOk() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.all()) > 0
}

func (f *frozen) all() []string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.labels
}

// A round gives back what it takes.
func roundsOk(all []*endpoint, e *endpoint) {
	for range all {
		e.mu.RLock()
		_ = e.labels
		e.mu.RUnlock()
	}
}

// Reduced from cockroachdb/cockroach (GoKer cockroach/6181); the code is written anew.
func (e *endpoint) logBad() {
	e.mu.RLock()
	defer e.mu.RUnlock()
	fmt.Printf("%d labels of %s\n", len(e.labels), e) // want "`e.mu` is read-locked twice by one goroutine"
}

func (e *endpoint) String() string {
	return strings.Join(e.Labels(), ",")
}

// The address is printed without asking.
func (e *endpoint) addressOk() {
	e.mu.RLock()
	defer e.mu.RUnlock()
	fmt.Printf("%d labels at %p\n", len(e.labels), e)
}

// The labels are printed, not their owner.
func (e *endpoint) fieldOk() {
	e.mu.RLock()
	defer e.mu.RUnlock()
	fmt.Println(e.labels, len(e.labels))
}
