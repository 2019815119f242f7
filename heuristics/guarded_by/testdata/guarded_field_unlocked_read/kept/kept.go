// Reduced from hashicorp/memberlist before 165267096c and libp2p/go-libp2p before add734f374: functions that are kept
// by somebody else are called without the lock of whoever gave them away.
package kept

import (
	"sync"

	"example.com/transport"
)

type members struct {
	mu    sync.Mutex
	nodes []string
	queue *queue
}

type queue struct {
	mu    sync.Mutex
	sent  int
	count func() int
	each  func() int
}

func newMembers() *members {
	m := &members{queue: &queue{}}
	m.queue.count = func() int { return len(m.nodes) } // want "`nodes` is read without `mu`, while `members.Add` changes it under that lock."
	m.queue.each = func() int { return len(m.nodes) }
	return m
}

func (m *members) Add(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.nodes = append(m.nodes, name)
}

func (m *members) Remove() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.nodes = m.nodes[1:]
	m.queue.walkOk()
}

func (m *members) Names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.nodes...)
}

// The lock that is held is that of the keeper.
func (q *queue) Send() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sent++
	return q.sent * q.count()
}

// Whoever calls this one holds the lock (trap T11).
func (q *queue) walkOk() int {
	return q.each()
}

type dialer struct {
	mu    sync.Mutex
	conns map[string]int
}

func newDialer() *dialer {
	d := &dialer{conns: map[string]int{}}
	config := transport.Config{Allow: d.allow}
	transport.Listen(config)
	return d
}

func (d *dialer) add(name string) {
	d.mu.Lock()
	d.conns[name]++
	d.mu.Unlock()
}

func (d *dialer) remove(name string) {
	d.mu.Lock()
	delete(d.conns, name)
	d.mu.Unlock()
}

func (d *dialer) Count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.conns)
}

// allow is called by the other module, which knows nothing of the lock.
func (d *dialer) allow(name string) bool {
	return d.conns[name] > 0 // want(all) "`conns` is read without `mu`"
}

type pool struct {
	mu    sync.Mutex
	slots map[string]int
}

func newPool() *pool {
	p := &pool{slots: map[string]int{}}
	transport.Listen(transport.Config{Allow: p.allowOk})
	return p
}

// The other module is called under the lock, and may call back (trap T11).
func (p *pool) Grow(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slots[name]++
	transport.Notify(name)
}

func (p *pool) Shrink(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.slots, name)
}

func (p *pool) Size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.slots)
}

func (p *pool) allowOk(name string) bool {
	return p.slots[name] > 0
}
