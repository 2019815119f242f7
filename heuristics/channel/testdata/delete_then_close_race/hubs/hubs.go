package hubs

import "sync"

type hub struct {
	mu   sync.Mutex
	subs map[chan int]bool
	kept map[chan int]bool
}

func (h *hub) UnsubscribeBad(ch chan int) {
	h.mu.Lock()
	delete(h.subs, ch)
	h.mu.Unlock()
	close(ch) // want "`ch` is closed after removal without asking whether it was still present"
}

func (h *hub) SubscribeBad() (chan int, func()) {
	ch := make(chan int, 1)
	h.mu.Lock()
	h.subs[ch] = true
	h.mu.Unlock()
	return ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs, ch)
		close(ch) // want "`ch` is closed after removal"
	}
}

func (h *hub) UnsubscribeOk(ch chan int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.subs[ch]; ok {
		delete(h.subs, ch)
		close(ch)
	}
}

func (h *hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subs {
		close(ch)
	}
}

// Nobody closes all of these.

func (h *hub) ForgetOk(ch chan int) {
	h.mu.Lock()
	delete(h.kept, ch)
	h.mu.Unlock()
	close(ch)
}
