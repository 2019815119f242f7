// Reduced from prometheus/prometheus b602393473ac, fixed in 437362a7a789: a handler that drops repeated lines; what is
// derived from it counts into the same map under another lock.
package dedupe

import (
	"sync"
	"time"
)

type Handler struct {
	repeat time.Duration
	mtx    sync.RWMutex
	seen   map[string]time.Time
	attrs  []string
}

func New(repeat time.Duration) *Handler {
	return &Handler{repeat: repeat, seen: map[string]time.Time{}}
}

func (h *Handler) Handle(line string) bool {
	h.mtx.Lock()
	defer h.mtx.Unlock()
	if time.Since(h.seen[line]) < h.repeat {
		return false
	}
	h.seen[line] = time.Now()
	return true
}

func (h *Handler) WithAttrsBad(attrs []string) *Handler {
	return &Handler{
		repeat: h.repeat,
		seen:   h.seen, // want "^The new `Handler` gets its own `mtx` but shares `seen` with `h`: two locks now guard one map.$"
		attrs:  attrs,
	}
}

func (h *Handler) LocalBad() *Handler {
	seen := h.seen
	return &Handler{repeat: h.repeat, seen: seen} // want "shares `seen` with `h`"
}

func (h *Handler) FreshLockBad() *Handler {
	return &Handler{mtx: sync.RWMutex{}, seen: h.seen} // want "gets its own `mtx` but shares `seen` with `h`"
}

func (h *Handler) ResetLockBad() *Handler {
	c := *h // want "The new `Handler` gets its own `mtx` but shares `seen` with `h`"
	c.mtx = sync.RWMutex{}
	return &c
}

func derivedBad(parent *Handler) Handler {
	return Handler{seen: parent.seen} // want "shares `seen` with `parent`"
}

func (h *Handler) CloneOk() *Handler {
	seen := make(map[string]time.Time, len(h.seen))
	for line, at := range h.seen {
		seen[line] = at
	}
	return &Handler{repeat: h.repeat, seen: seen}
}

func (h *Handler) ResetBothOk() *Handler {
	c := *h
	c.mtx = sync.RWMutex{}
	c.seen = map[string]time.Time{}
	return &c
}
