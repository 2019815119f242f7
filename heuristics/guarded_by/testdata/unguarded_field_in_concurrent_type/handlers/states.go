package handlers

import "sync"

type machine struct {
	mu    sync.Mutex
	state int
	cause error
	run   func() error
}

func (m *machine) enter(from, to int, and func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state != from {
		return false
	}
	m.state = to
	if and != nil {
		and()
	}
	return true
}

func (m *machine) mustEnter(from, to int, and func()) {
	if !m.enter(from, to, and) {
		panic("wrong state")
	}
}

func (m *machine) loop() {
	if err := m.run(); err != nil {
		m.mustEnter(0, 1, func() {
			m.cause = err // Ok: called with the lock, two functions on
		})
	}
}

func (m *machine) StartOk(n int) {
	for range n {
		go m.loop()
	}
}
