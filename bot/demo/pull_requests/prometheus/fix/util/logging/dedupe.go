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

// Deduper is a slog.Handler that drops records whose message was logged a moment ago.
type Deduper struct {
	next   slog.Handler
	repeat time.Duration
	quit   chan struct{}
	mtx    *sync.RWMutex
	seen   map[string]time.Time
}

// Dedupe hands records to next, each message once in the given time.
func Dedupe(next slog.Handler, repeat time.Duration) *Deduper {
	d := &Deduper{
		next:   next,
		repeat: repeat,
		quit:   make(chan struct{}),
		mtx:    &sync.RWMutex{},
		seen:   map[string]time.Time{},
	}
	go d.sweep()

	return d
}

// Enabled says whether the next handler wants records of this level.
func (d *Deduper) Enabled(ctx context.Context, level slog.Level) bool {
	return d.next.Enabled(ctx, level)
}

// Handle passes a record on unless its message was just passed on.
func (d *Deduper) Handle(ctx context.Context, record slog.Record) error {
	d.mtx.RLock()
	last, ok := d.seen[record.Message]
	d.mtx.RUnlock()

	if ok && time.Since(last) < d.repeat {
		return nil
	}

	d.mtx.Lock()
	if len(d.seen) < maxEntries {
		d.seen[record.Message] = time.Now()
	}
	d.mtx.Unlock()

	return d.next.Handle(ctx, record)
}

// WithAttrs returns a handler that adds attributes and drops repetitions together with this one.
func (d *Deduper) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Deduper{
		next:   d.next.WithAttrs(attrs),
		repeat: d.repeat,
		quit:   d.quit,
		mtx:    d.mtx,
		seen:   d.seen,
	}
}

// WithGroup returns a handler that opens a group and drops repetitions together with this one.
func (d *Deduper) WithGroup(name string) slog.Handler {
	if name == "" {
		return d
	}

	return &Deduper{
		next:   d.next.WithGroup(name),
		repeat: d.repeat,
		quit:   d.quit,
		mtx:    d.mtx,
		seen:   d.seen,
	}
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
