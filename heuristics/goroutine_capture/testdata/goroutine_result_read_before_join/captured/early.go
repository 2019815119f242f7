package work

import "context"

// timed may return while run goes on.
func timed(ctx context.Context, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// waited does not.
func waited(run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	return <-done
}

func bareBad(ctx context.Context, host string) (int, error) {
	size := 0
	err := timed(ctx, func() error {
		size = len(host) // want "`size` is read before the goroutine that sets it is joined"
		return ping(host)
	})
	return size, err
}

// Trap T18: the call's own result says that the goroutine is done.
func askedOk(ctx context.Context, host string) (int, error) {
	size := 0
	err := timed(ctx, func() error {
		size = len(host)
		return ping(host)
	})
	if err != nil {
		return 0, err
	}
	return size, nil
}

func waitedOk(host string) (int, error) {
	size := 0
	err := waited(func() error {
		size = len(host)
		return ping(host)
	})
	return size, err
}
