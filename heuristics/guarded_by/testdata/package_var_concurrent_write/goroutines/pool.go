package pool

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

var (
	done     int
	failed   error
	rounds   int
	started  time.Time
	phase    string
	sequence int
	owner    int
	shared   int
	first    *int
	second   *int
	third    *int
	fourth   *int
	fifth    *int
	once     *int
	claimed  int32
	mu       sync.Mutex
)

func RunBad(jobs []func() error) {
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := job(); err != nil {
				failed = errors.Join(failed, err) // want "`failed` is changed here without a lock and the goroutines that `RunBad` starts run in parallel"
			}
			finishBad()
		}()
	}
	group.Wait()
	// After all of them have ended, there is one goroutine left (trap T18).
	phase = "ended"
}

func finishBad() {
	done++ // want "`done` is changed here without a lock and the goroutines that `RunBad` starts run in parallel"
}

// Each goroutine is waited for before the next one starts (trap T18).
func RunInTurnOk(jobs []func() error) {
	for _, job := range jobs {
		ended := make(chan error)
		go func() {
			sequence++
			ended <- job()
		}()
		<-ended
	}
}

func RunLockedOk(jobs []func() error) {
	for _, job := range jobs {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			_ = job()
			noteOk()
		}()
	}
}

// All callers hold the lock (trap T11).
func noteOk() {
	shared++
}

// One goroutine owns the variable (trap T16).
func StartOk() {
	go func() {
		for range time.Tick(time.Second) {
			owner++
		}
	}()
}

// Two goroutines that run once each: only listed.
func StartTwo() {
	go ping()
	go pong()
}

func ping() {
	move()
}

func pong() {
	move()
}

func move() {
	rounds++ // want(all) "`rounds` is changed here without a lock and the goroutine that `StartTwo` starts and another one may run at once"
}

func RunClientsOk(jobs []func() error) {
	for _, job := range jobs {
		go func() {
			makeAllOk()
			claimOk()
			_ = job()
		}()
	}
}

// What sets so many variables makes the state of the package (trap T12).
func makeAllOk() {
	first = new(int)
	second = new(int)
	third = new(int)
	fourth = new(int)
	fifth = new(int)
}

// An atomic flag lets the first one through (trap T21).
func claimOk() {
	if atomic.CompareAndSwapInt32(&claimed, 0, 1) {
		fillOk()
	}
}

func fillOk() {
	once = new(int)
}
