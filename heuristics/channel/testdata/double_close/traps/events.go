package traps

type event struct{ kind int }

type handshake struct {
	next  func() event
	ready chan struct{}
}

func (h *handshake) take() error { return nil }

func (h *handshake) runOk() {
	for {
		ev := h.next()
		var err error
		switch ev.kind {
		case 0:
			return
		case 1:
			err = h.take()
		case 2:
			close(h.ready)
		}
		if err != nil {
			return
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
