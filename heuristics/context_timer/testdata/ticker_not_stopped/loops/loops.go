// Package loops: grpc-go 1457a96132 and badger be93f89cf5 are bugs of these shapes.
package loops

import (
	"context"
	"time"
)

func refresh() {}

func StartBad(ctx context.Context) {
	go func() {
		ticker := time.NewTicker(time.Second) // want "The ticker is never stopped"
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				refresh()
			}
		}
	}()
}

func StopOk(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			refresh()
		}
	}
}

func TickBad(ctx context.Context) {
	ticks := time.Tick(time.Second) // want "The ticker is never stopped"
	for {
		select {
		case <-ticks:
			refresh()
		case <-ctx.Done():
			return
		}
	}
}

func EndlessOk() {
	ticker := time.NewTicker(time.Second)
	for range ticker.C {
		refresh()
	}
	panic("unreachable")
}

func OnceListed() {
	ticker := time.NewTicker(time.Second) // want(all) "The ticker is never stopped"
	<-ticker.C
}

type owner struct{ ticker *time.Ticker }

func (o *owner) StoredOk() {
	ticker := time.NewTicker(time.Second)
	o.ticker = ticker
}

func HandedOverOk(keep func(*time.Ticker)) {
	ticker := time.NewTicker(time.Second)
	keep(ticker)
}

// An earlier round may have stopped it.
func StopInRoundOk(ctx context.Context, quit <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-quit:
			ticker.Stop()
		case <-ctx.Done():
			return
		case <-ticker.C:
			refresh()
		}
	}
}
