package flush

import (
	"context"
	"sync/atomic"
	"time"
)

type Log struct {
	flushing atomic.Bool
}

func (l *Log) write() error { return nil }

// One flush at a time: its error has room.
func (l *Log) flush(failed func(error)) {
	if !l.flushing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer l.flushing.Store(false)
		if err := l.write(); err != nil {
			failed(err)
		}
	}()
}

func (l *Log) RunOk(ctx context.Context, ticks <-chan time.Time) error {
	errs := make(chan error, 1)
	failed := func(err error) { errs <- err }
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks:
			l.flush(failed)
		case err := <-errs:
			return err
		}
	}
}

func (l *Log) flushAnyway(failed func(error)) {
	go func() {
		if err := l.write(); err != nil {
			failed(err)
		}
	}()
}

func (l *Log) RunBad(ctx context.Context, ticks <-chan time.Time) error {
	errs := make(chan error, 1) // want "goroutines stay blocked sending on `errs`"
	failed := func(err error) { errs <- err }
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks:
			l.flushAnyway(failed)
		case err := <-errs:
			return err
		}
	}
}
