// Reduced from nats-io/nats-server@d79a00499d, grpc/grpc-go@f4b89fe44f and seaweedfs/seaweedfs@c88ea31f62; the code is
// written anew.
package twice

import "sync"

type group struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	peers []string
}

func (g *group) pendingBad() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.peers) == 0 {
		g.mu.Unlock() // want "`g.mu` is released here although a deferred call releases it too; the second one is a fatal error"
		return nil
	}
	return g.peers
}

func (g *group) errorBad(add func() error) error {
	g.mu.Lock()
	g.peers = nil
	g.mu.Unlock()
	err := add()
	if err != nil {
		g.mu.Unlock() // want "This path releases `g.mu` without holding it: it was released before"
		return err
	}
	g.mu.Lock()
	g.peers = append(g.peers, "x")
	g.mu.Unlock()
	return nil
}

func (g *group) nestedBad(leader bool) int {
	n := 0
	if leader {
		g.rw.RLock()
		n = len(g.peers)
		g.rw.RUnlock()
		if n > 0 {
			n++
		}
		g.rw.RUnlock() // want "This path releases `g.rw` without holding it"
	}
	return n
}

func (g *group) literalBad() {
	g.mu.Lock()
	defer func() {
		g.mu.Unlock()
	}()
	g.peers = nil
	g.mu.Unlock() // want "`g.mu` is released here although a deferred call releases it too"
}

func (g *group) onePathBad(lock bool) {
	if lock {
		g.mu.Lock()
	}
	g.peers = nil
	g.mu.Unlock() // want(all) "This path releases `g.mu` without holding it"
}

func (g *group) onlySomeBad(n int) {
	if n > 0 {
		g.mu.Lock()
	}
	g.peers = nil
	g.mu.Unlock() // want "This path releases `g.mu` without holding it"
}

func calls(g *group) { g.onlySomeBad(1) }
