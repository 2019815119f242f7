// Package loops: syncthing 5795 has a loop of this shape.
package loops

import (
	"runtime"
	"time"
)

func SpinBad(done chan struct{}) {
	for {
		select { // want "The empty default makes this loop spin"
		case <-done:
			return
		default:
		}
	}
}

func WaitOk(done chan struct{}) {
	for {
		select {
		case <-done:
			return
		}
	}
}

func SleepOk(done chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
			time.Sleep(time.Second)
		}
	}
}

func YieldOk(done chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		runtime.Gosched()
	}
}

func OnceOk(done chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
	}
	return false
}
