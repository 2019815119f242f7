// Package context waits for a goroutine by the context that it cancels.
package context

import "context"

// Nobody but the goroutine ends the context (reduced from containers/podman, ContainerEngine.ContainerLogs).
func LogsOk(read func(context.Context) error, lines chan string) error {
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		err = read(ctx)
		cancel()
	}()
	for {
		select {
		case <-ctx.Done():
			return err
		case line := <-lines:
			println(line)
		}
	}
}

// The request may end it, too (reduced from containers/podman, CommitContainer).
func LogsBad(parent context.Context, read func(context.Context) error, lines chan string) error {
	var err error
	ctx, cancel := context.WithCancel(parent)
	go func() {
		defer cancel()
		err = read(ctx) // want "`err` is read before the goroutine that sets it is joined"
	}()
	for {
		select {
		case <-ctx.Done():
			return err
		case line := <-lines:
			println(line)
		}
	}
}

// It is cancelled before the assignment.
func EarlyBad(read func(context.Context) error, lines chan string) error {
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		cancel()
		err = read(ctx) // want "`err` is read before the goroutine that sets it is joined"
	}()
	for {
		select {
		case <-ctx.Done():
			return err
		case line := <-lines:
			println(line)
		}
	}
}

// A limit on the time would end it, and so does somebody else who has the function.
func StoppedBad(read func(context.Context) error, lines chan string, stops func(context.CancelFunc)) error {
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	stops(cancel)
	go func() {
		err = read(ctx) // want "`err` is read before the goroutine that sets it is joined"
		cancel()
	}()
	for {
		select {
		case <-ctx.Done():
			return err
		case line := <-lines:
			println(line)
		}
	}
}
