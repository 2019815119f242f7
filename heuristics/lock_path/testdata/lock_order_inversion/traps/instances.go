package traps

import "sync"

// Same type, different instances: the scope of a peer is not that of a connection.

type scope struct {
	sync.Mutex
	used int
}

func (s *scope) idle() bool {
	s.Lock()
	defer s.Unlock()
	return s.used == 0
}

type peerScope struct {
	*scope
}

type connScope struct {
	*scope
	manager *Manager
}

type Manager struct {
	mu    sync.Mutex
	peers map[string]*peerScope
}

func (m *Manager) CollectOk() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, peer := range m.peers {
		if peer.idle() {
			delete(m.peers, name)
		}
	}
}

func (m *Manager) peer(name string) *peerScope {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.peers[name]
}

func (c *connScope) SetPeerOk(name string) *peerScope {
	c.Lock()
	defer c.Unlock()
	return c.manager.peer(name)
}

// T11: a flag says that the caller holds the lock.

type Route struct {
	mu      sync.Mutex
	account *Account
	allowed bool
}

type Account struct {
	mu     sync.Mutex
	routes []*Route
}

func (r *Route) check(hasLock bool) bool {
	if !hasLock {
		r.mu.Lock()
		defer r.mu.Unlock()
	}
	return r.allowed
}

func (a *Account) SendOk(r *Route) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	r.check(true)
}

func (r *Route) UpdateOk() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.account.mu.Lock()
	r.account.mu.Unlock()
}
