package leader

import (
	"context"
	"time"
)

type Leader struct {
	running bool
	elected func() bool
}

func work(ctx context.Context) { <-ctx.Done() }

// The flag says that there is a context: it is taken back only behind the cancel.
func (l *Leader) LoopOk(ctx context.Context, ticks <-chan time.Time) {
	var inner context.Context
	var cancel context.CancelFunc
	for {
		select {
		case <-ctx.Done():
			if cancel != nil {
				cancel()
			}
			return
		case <-ticks:
			if l.elected() {
				if !l.running {
					println(l)
					l.elected()
					inner, cancel = context.WithCancel(ctx)
					go work(inner)
					l.running = true
				}
			} else if l.running {
				cancel()
				l.running = false
			}
		}
	}
}

// Taken back without a cancel.
func (l *Leader) LoopBad(ctx context.Context, ticks <-chan time.Time) {
	var inner context.Context
	var cancel context.CancelFunc
	for {
		select {
		case <-ctx.Done():
			if cancel != nil {
				cancel()
			}
			return
		case <-ticks:
			if l.elected() {
				if !l.running {
					println(l)
					l.elected()
					inner, cancel = context.WithCancel(ctx) // want "^`cancel` is not called on this path; the context lives on"
					go work(inner)
					l.running = true
				}
			} else if l.running {
				l.running = false
			}
		}
	}
}
