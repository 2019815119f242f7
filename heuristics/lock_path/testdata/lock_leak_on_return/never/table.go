// Reduced from ipfs/kubo before ea2706c698: a read lock that is taken to print a table and never given back.
package never

import "sync"

type Table struct {
	mu   sync.RWMutex
	rows []string
}

func (t *Table) PrintBad(print func(string)) {
	t.mu.RLock() // want "^`t.mu` is read-locked here and released nowhere, so the next writer blocks forever.$"
	for _, row := range t.rows {
		print(row)
	}
}

func (t *Table) Add(row string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, row)
}

// T1: a function that is made for it.
func (t *Table) freezeOk() {
	t.mu.Lock()
}

type Gate struct {
	mu   sync.Mutex
	open bool
}

// T2: pass takes, leave gives back.
func (g *Gate) passOk() {
	g.mu.Lock()
	g.open = true
}

func (g *Gate) leave() {
	g.open = false
	g.mu.Unlock()
}

// T8: the callee gives back.
type Pipe struct {
	mu   sync.Mutex
	data []byte
}

func (p *Pipe) writeOk(data []byte) int {
	p.mu.Lock()
	p.data = data
	return p.finish()
}

func (p *Pipe) finish() int {
	n := len(p.data)
	p.mu.Unlock()
	return n
}

// Others can give it back: the name is exported.
type Shared struct {
	Mu   sync.Mutex
	data []byte
}

func (s *Shared) takeOk() []byte {
	s.Mu.Lock()
	return s.data
}
