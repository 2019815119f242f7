package ordered

import "sync/atomic"

type packet struct {
	kind int
	from int
}

type hub struct{ sent int }

// One case starts the goroutine, the other one changes the packet.
func (h *hub) forwardOk(p *packet) int {
	switch p.kind {
	case 1:
		return h.settle(p)
	case 2:
		return h.fail(p)
	}
	return 0
}

func (h *hub) settle(p *packet) int {
	go h.answer(p)
	return 1
}

func (h *hub) answer(p *packet) { h.sent += p.from }

func (h *hub) fail(p *packet) int {
	p.from = 7
	return 2
}

func (h *hub) bothBad(p *packet) {
	h.settle(p)
	h.refuse(p)
}

func (h *hub) refuse(p *packet) {
	p.from = 8 // want "`packet.from` is changed here while the goroutine started for `p` reads it"
}

// The value is there when the flag says so.
type future struct {
	status int32
	value  string
}

func (f *future) set(value string) {
	f.value = value
	atomic.StoreInt32(&f.status, 1)
}

func (f *future) getOk() string {
	if atomic.LoadInt32(&f.status) == 1 {
		return f.value
	}
	return ""
}

func askOk(f *future) string {
	begin(f)
	return f.getOk()
}

func begin(f *future) { go f.set("x") }

type socket struct{ state int }

func (s *socket) run() { go s.loop() }

func (s *socket) loop() { s.closedOk() }

// to be run only on the event loop
func (s *socket) closedOk() { s.state = 2 }

// to be run only on the event loop
func (s *socket) connectedOk() bool { return s.state == 1 }

func open(s *socket) bool {
	s.run()
	return s.connectedOk()
}
