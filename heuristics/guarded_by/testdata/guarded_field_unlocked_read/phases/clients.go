package phases

import (
	"sync"

	"github.com/example/btree"
	"github.com/example/portmap"
)

// A method of a client that begins with Add changes no container.
type mapper struct {
	mu     sync.Mutex
	client *portmap.Client
	ports  map[int]bool
	order  *btree.BTree
}

func (m *mapper) AddPort(port int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ports[port] = true
	m.order.Insert(port)
	return m.client.AddPortMapping(port)
}

func (m *mapper) DropPort(port int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.ports, port)
	m.order.Delete(port)
	return m.client.DeletePortMapping(port)
}

func (m *mapper) Has(port int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ports[port] && m.client.Has(port) && m.order.Has(port)
}

func (m *mapper) AddressOk() string {
	return m.client.Address()
}

func (m *mapper) SmallestBad() int {
	return m.order.Min() // want "`order` is read without `mu`"
}
