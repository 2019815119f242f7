package handlers

import (
	"net/http"
	"sync"
)

type machine struct {
	mu     sync.Mutex
	state  int
	reason string
}

// The function that runs the literal hands it on to another one, which holds the lock.
func (m *machine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mustSwitch(1, func() {
		m.reason = r.URL.Path
	})
}

func (m *machine) mustSwitch(state int, run func()) {
	if !m.switchTo(state, run) {
		panic("not switched")
	}
}

func (m *machine) switchTo(state int, run func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = state
	if run != nil {
		run()
	}
	return true
}
