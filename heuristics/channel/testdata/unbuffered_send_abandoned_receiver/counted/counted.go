// Package counted has more senders than receives.
package counted

import "context"

func probe(n int) error { return nil }

func FirstErrorBad(hosts []int) error {
	errs := make(chan error) // want "goroutines stay blocked sending on `errs`"
	for _, host := range hosts {
		go func(host int) { errs <- probe(host) }(host)
	}
	for range hosts {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func AllErrorsOk(hosts []int) (last error) {
	errs := make(chan error)
	for _, host := range hosts {
		go func(host int) { errs <- probe(host) }(host)
	}
	for range hosts {
		if err := <-errs; err != nil {
			last = err
		}
	}
	return last
}

func RoomForAllOk(hosts []int) error {
	errs := make(chan error, len(hosts))
	for _, host := range hosts {
		go func(host int) { errs <- probe(host) }(host)
	}
	for range hosts {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func TwoBad() error {
	errs := make(chan error, 1) // want "goroutines stay blocked sending on `errs`"
	go func() { errs <- probe(1) }()
	go func() { errs <- probe(2) }()
	go func() { errs <- probe(3) }()
	return <-errs
}

func TwoOk() error {
	errs := make(chan error, 1)
	go func() { errs <- probe(1) }()
	go func() { errs <- probe(2) }()
	return <-errs
}

const room = 6

func produce(out chan int) {
	for i := 0; i < room+2; i++ {
		out <- i
	}
}

func StreamBad(ctx context.Context) int {
	out := make(chan int, room) // want "goroutines stay blocked sending on `out`"
	go func() {
		defer close(out)
		produce(out)
	}()
	for v := range out {
		select {
		case <-ctx.Done():
			return v
		default:
		}
	}
	return 0
}

func StreamToSentinelOk() int {
	out := make(chan int)
	go produce(out)
	for {
		if v := <-out; v == room+1 {
			return v
		}
	}
}
