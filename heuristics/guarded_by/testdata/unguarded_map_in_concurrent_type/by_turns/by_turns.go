// Package by_turns has a loop that is started anew when it has ended.
package by_turns

type event struct{ key, value string }

type manager struct {
	events  chan event
	stopped chan struct{}
	values  map[string]string
}

func newManager() *manager {
	m := &manager{events: make(chan event), stopped: make(chan struct{}, 1), values: map[string]string{}}
	m.stopped <- struct{}{}
	return m
}

func (m *manager) run() {
	defer func() {
		m.stopped <- struct{}{}
	}()
	for {
		select {
		case e := <-m.events:
			m.handle(e)
		default:
			return
		}
	}
}

func (m *manager) handle(e event) { m.values[e.key] = e.value }

func (m *manager) Tell(e event) {
	for {
		select {
		case m.events <- e:
			return
		case <-m.stopped:
			go m.run()
		}
	}
}
