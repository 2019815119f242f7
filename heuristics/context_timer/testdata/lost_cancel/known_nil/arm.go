package repl

import "context"

func once(ctx context.Context, status <-chan int) int {
	var cancel func()
	var killed <-chan struct{}
	done := ctx.Done()
	for {
		select {
		case <-done:
			done = nil
			var kill context.Context
			kill, cancel = context.WithCancel(context.Background())
			killed = kill.Done()
		case n := <-status:
			if cancel != nil {
				cancel()
			}
			return n
		case <-killed:
			cancel()
			return 0
		}
	}
}
