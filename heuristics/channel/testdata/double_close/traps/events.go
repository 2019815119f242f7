package traps

type event struct{ kind int }

type handshake struct {
	next  func() event
	ready chan struct{}
	done  bool
}

func (h *handshake) runOk() {
	for {
		ev := h.next()
		switch ev.kind {
		case 0:
			return
		case 1:
			h.done = true
		case 2:
			close(h.ready)
		}
	}
}

func (h *handshake) ifOk() {
	for {
		ev := h.next()
		if ev.kind == 2 {
			close(h.ready)
		}
	}
}
