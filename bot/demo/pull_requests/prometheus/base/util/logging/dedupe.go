// Package logging has what the rest of the server logs with.
package logging

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	sweepEvery  = 10 * time.Second
	forgetAfter = time.Minute
	maxEntries  = 1024
)

// Deduper drops log lines that were logged a moment ago.
type Deduper struct {
	next   *slog.Logger
	repeat time.Duration
	quit   chan struct{}
	mtx    sync.RWMutex
	seen   map[string]time.Time
}

// Dedupe logs to next, each message once in the given time.
func Dedupe(next *slog.Logger, repeat time.Duration) *Deduper {
	d := &Deduper{
		next:   next,
		repeat: repeat,
		quit:   make(chan struct{}),
		seen:   map[string]time.Time{},
	}
	go d.sweep()

	return d
}

// Log writes a message unless it was just written.
func (d *Deduper) Log(level slog.Level, message string, args ...any) {
	d.mtx.RLock()
	last, ok := d.seen[message]
	d.mtx.RUnlock()

	if ok && time.Since(last) < d.repeat {
		return
	}

	d.mtx.Lock()
	if len(d.seen) < maxEntries {
		d.seen[message] = time.Now()
	}
	d.mtx.Unlock()

	d.next.Log(context.Background(), level, message, args...)
}

// Stop ends the sweeping.
func (d *Deduper) Stop() {
	close(d.quit)
}

func (d *Deduper) sweep() {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()

	for {
		select {
		case <-ticker.C:
			d.mtx.Lock()
			for message, last := range d.seen {
				if time.Since(last) > forgetAfter {
					delete(d.seen, message)
				}
			}
			d.mtx.Unlock()
		case <-d.quit:
			return
		}
	}
}
