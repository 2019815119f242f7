// Package merges: minio d6d01067a0 is a bug of this shape.
package merges

import (
	"context"
	"os"
	"os/signal"
)

func MergeBad(one, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-one.Done(): // want "When the caller calls `cancel`, this goroutine goes on waiting"
		case <-other.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

func MergeOk(one, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-one.Done():
		case <-other.Done():
		case <-ctx.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

func InterruptOk(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	go func() {
		<-stop
		cancel()
	}()
	return ctx, cancel
}

func DerivedOk(stop chan struct{}) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-stop
		cancel()
	}()
	return ctx
}
