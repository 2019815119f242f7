package work

import (
	"context"
	"errors"
	"sync"
	"time"
)

func ping(host string) error { return errors.New(host) }

func listen() (string, error) { return "", nil }

func earlyReadBad(host string) int {
	size := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		size = len(host) // want "`size` is read before the goroutine that sets it is joined"
	}()
	if size > 3 {
		return size
	}
	<-done
	return size
}

func timeoutBad(ctx context.Context, host string) error {
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = ping(host) // want "`err` is read before the goroutine that sets it is joined"
	}()
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return err
	}
}

func sleepBad() int {
	n := 0
	go func() {
		n = 1 // want "`n` is read before the goroutine that sets it is joined"
	}()
	time.Sleep(time.Second)
	return n + 1
}

// Trap T18: joined before every other access.
func joinedOk(host string) error {
	var err error
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		err = ping(host)
	}()
	wg.Wait()
	if err != nil {
		err = ping(host)
	}
	return err
}

// Trap T18: joined by a close, in the arm that reads.
func closedOk(ctx context.Context, host string) error {
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = ping(host)
	}()
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}


func conditionBad(host string, eager bool) int {
	size := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		size = len(host) // want(all) "`size` is read before"
	}()
	if eager {
		return size
	}
	<-done
	return size
}

func errorBad(host string) (int, error) {
	size := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := ping(host); err != nil {
			return
		}
		size = len(host) // want "`size` is read before"
	}()
	address, err := listen()
	if err != nil {
		return 0, err
	}
	if len(address) > size {
		return size, nil
	}
	<-done
	return size, nil
}
