package guarded

import "sync"

type Node struct {
	mu     sync.Mutex
	leader string
	name   string
}

func New(name string) *Node { return &Node{name: name} }

func (n *Node) Elect(leader string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.leader = leader
}

func (n Node) LeaderBad() string { // want "^`Node.LeaderBad` has a value receiver, so each call copies `leader` without `mu`.$"
	return n.leader
}

// What it reads never changes.
func (n Node) NameOk() string {
	return n.name
}

// T11: the callers hold the lock.
func (n Node) leaderOk() string {
	return n.leader
}

func (n *Node) Describe() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.name + n.leaderOk()
}

func (n *Node) LeaderOk() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.leader
}
