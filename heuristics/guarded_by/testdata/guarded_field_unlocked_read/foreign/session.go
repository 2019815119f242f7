package foreign

import "sync"

type table struct {
	mu   sync.Mutex
	rows map[string]int
}

func (t *table) put(k string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[k]++
}

func (t *table) drop(k string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, k)
}

func (t *table) get(k string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[k]
}

// Sweep keeps the lock until the session ends.
func (t *table) Sweep() *session {
	t.mu.Lock()
	return &session{table: t}
}

type session struct {
	table *table
	gone  []string
}

// Trap T2: the session has the lock that Sweep took, and End gives it back.
func (s *session) EachOk(visit func(string)) {
	for k := range s.table.rows {
		visit(k)
	}
}

func (s *session) HasOk(k string) bool {
	_, ok := s.table.rows[k]
	return ok
}

func (s *session) End() {
	for _, k := range s.gone {
		delete(s.table.rows, k)
	}
	s.table.mu.Unlock()
}
