package traps

import "context"

type promise struct{}

func (promise) Call(name string, f func(int)) {}

func CallbacksOk(p promise) (int, bool) {
	results := make(chan int)
	failed := make(chan bool)
	p.Call("then", func(n int) {
		go func() { results <- n }()
	})
	p.Call("catch", func(int) {
		go func() { failed <- true }()
	})
	select {
	case n := <-results:
		return n, true
	case <-failed:
		return 0, false
	}
}

type server struct{}

func (server) Serve() error { return nil }
func (server) flush() error { return nil }

func ServesOk(ctx context.Context, s server) error {
	ended := make(chan error)
	go func() { ended <- s.Serve() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s server) Stop(ctx context.Context) error {
	flushed := make(chan error)
	go func() { flushed <- s.flush() }()
	select {
	case err := <-flushed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func RoomForTwoOk(events <-chan int, ctx context.Context) int {
	result := make(chan int, 2)
	go func() {
		for n := range events {
			result <- n
		}
	}()
	select {
	case n := <-result:
		return n
	case <-ctx.Done():
		return 0
	}
}
