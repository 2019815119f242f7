// Package repl starts and stops one job by command, and knows by the context whether it runs.
package repl

import "context"

func loop(ctx context.Context, lines <-chan string, jobs chan<- context.Context) {
	var jobCtx context.Context
	var stop context.CancelFunc
	for line := range lines {
		switch line {
		case "start":
			if jobCtx != nil {
				continue
			}
			jobCtx, stop = context.WithCancel(ctx)
			jobs <- jobCtx
		case "stop":
			if jobCtx == nil {
				continue
			}
			stop()
			jobCtx = nil
		}
	}
	if stop != nil {
		stop()
	}
}

func startBad(ctx context.Context, lines <-chan string, jobs chan<- context.Context) {
	var jobCtx context.Context
	var stop context.CancelFunc
	for range lines {
		jobCtx, stop = context.WithCancel(ctx) // want "not called on"
		jobs <- jobCtx
	}
	if stop != nil {
		stop()
	}
}
