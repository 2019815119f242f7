// Package traps shows channels whose senders come to an end.
package traps

import (
	"context"
	"os"
	"os/signal"
	"sync"
)

func compute() int { return 1 }

func BufferedOk(ctx context.Context) int {
	result := make(chan int, 1)
	go func() { result <- compute() }()
	select {
	case v := <-result:
		return v
	case <-ctx.Done():
		return 0
	}
}

func SecondWayOutOk(ctx context.Context) int {
	result := make(chan int)
	go func() {
		select {
		case result <- compute():
		case <-ctx.Done():
		}
	}()
	select {
	case v := <-result:
		return v
	case <-ctx.Done():
		return 0
	}
}

func OneOfTwoOk(fail bool) (int, bool) {
	result := make(chan int)
	failed := make(chan bool)
	go func() {
		if fail {
			failed <- true
			return
		}
		result <- compute()
	}()
	select {
	case v := <-result:
		return v, false
	case <-failed:
		return 0, true
	}
}

func DoneBesideOk() int {
	result := make(chan int)
	done := make(chan bool)
	go func() {
		defer close(done)
		result <- compute()
	}()
	select {
	case v := <-result:
		return v
	case <-done:
		return 0
	}
}

func DrainedOk(ctx context.Context) int {
	result := make(chan int)
	go func() { result <- compute() }()
	select {
	case v := <-result:
		return v
	case <-ctx.Done():
		<-result
		return 0
	}
}

func DrainedLaterOk(ctx context.Context) int {
	result := make(chan int)
	defer func() {
		for range result {
		}
	}()
	go func() {
		defer close(result)
		result <- compute()
	}()
	if ctx.Err() != nil {
		return 0
	}
	return compute()
}

func SameConditionOk(async bool) int {
	result := make(chan int)
	if async {
		go func() { result <- compute() }()
	}
	if async {
		return <-result
	}
	return 0
}

func JoinedOk(fail bool) int {
	var wg sync.WaitGroup
	result := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		result <- compute()
	}()
	v := 0
	if !fail {
		v = <-result
	}
	wg.Wait()
	return v
}

func ProcessEndsOk() {
	result := make(chan int)
	go func() { result <- compute() }()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	select {
	case <-stop:
	case <-result:
	}
}

func NobodyLeavesOk() int {
	result := make(chan int)
	go func() { result <- compute() }()
	if compute() > 1 {
		os.Exit(1)
	}
	return <-result
}

func take(results chan int) int { return <-results }

func HandedOnOk(fail bool) int {
	result := make(chan int)
	go func() { result <- compute() }()
	return take(result)
}

func Returned() <-chan int {
	result := make(chan int)
	go func() { result <- compute() }()
	return result
}
