// Reduced from rclone/rclone at 2f6a6c8233 (a log callback writes to the buffer that the function returns).

package output

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"
)

// Handler is called by all goroutines that log.
type Handler struct {
	mu      sync.Mutex
	outputs []func(text string)
	hook    func(text string)
	once    func(text string)
}

var Default = &Handler{}

func (h *Handler) SetOutput(output func(text string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outputs = append(h.outputs, output)
}

func (h *Handler) SetHook(hook func(text string)) { h.hook = hook }

func (h *Handler) SetOnce(once func(text string)) { h.once = once }

func (h *Handler) ResetOutput() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outputs = h.outputs[:len(h.outputs)-1]
}

func (h *Handler) Handle(ctx context.Context, record slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outputs[len(h.outputs)-1](record.Message)
	return nil
}

// Start calls the hook every second.
func (h *Handler) Start() {
	go func() {
		for range time.Tick(time.Second) {
			h.hook("tick")
		}
	}()
}

// Now is the only one that calls what SetOnce keeps, for its caller.
func (h *Handler) Now() { h.once("now") }

func captureBad(run func()) []byte {
	out := &bytes.Buffer{}
	Default.SetOutput(func(text string) {
		out.WriteString(text) // want "`out` is changed by a callback that runs in other goroutines, and used by the function that registered it"
	})
	defer Default.ResetOutput()
	run()
	return out.Bytes()
}

func countBad(h *Handler, run func()) int {
	ticks := 0
	h.SetHook(func(text string) {
		ticks++ // want "`ticks` is changed by a callback"
	})
	run()
	return ticks + 1
}

func lockedOk(run func()) []byte {
	var mu sync.Mutex
	out := &bytes.Buffer{}
	Default.SetOutput(func(text string) {
		mu.Lock()
		defer mu.Unlock()
		out.WriteString(text)
	})
	run()
	mu.Lock()
	defer mu.Unlock()
	return out.Bytes()
}

// What is taken back before may have been waited for.
func takenBackOk(run func()) []byte {
	out := &bytes.Buffer{}
	Default.SetOutput(func(text string) { out.WriteString(text) })
	run()
	Default.ResetOutput()
	return out.Bytes()
}

// Trap T18: the function waits for the callback.
func awaitedOk(h *Handler) string {
	last := ""
	done := make(chan struct{}, 1)
	h.SetHook(func(text string) {
		last = text
		done <- struct{}{}
	})
	<-done
	return last
}

// Nobody but the function itself has it called.
func inPlaceOk(h *Handler) int {
	n := 0
	h.SetOnce(func(text string) { n++ })
	run(h)
	return n + 1
}

func run(h *Handler) { h.Now() }

// The object is the function's own.
func ownOk() []byte {
	h := &Handler{}
	out := &bytes.Buffer{}
	h.SetOutput(func(text string) { out.WriteString(text) })
	return out.Bytes()
}

// Nothing of the function is read afterwards.
func onlyOk(h *Handler) {
	n := 0
	h.SetHook(func(text string) {
		n++
		println(n)
	})
}
