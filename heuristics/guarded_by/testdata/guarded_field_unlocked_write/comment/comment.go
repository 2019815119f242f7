package comment

import "sync"

type table struct {
	mu   sync.Mutex
	rows map[string]int // guarded by mu
	hits int
}

func (t *table) Get(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[name]
}

func (t *table) SetBad(name string) {
	t.rows[name] = 1 // want "`rows` is guarded by `mu`, as its comment says; this write does not hold it"
}

func (t *table) CountOk() {
	t.hits++
}
