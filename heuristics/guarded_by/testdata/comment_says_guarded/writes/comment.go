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
	t.rows[name] = 1 // want "The comment says `rows` is guarded by `mu`, but this access does not hold it"
}

func (t *table) CountOk() {
	t.hits++
}
