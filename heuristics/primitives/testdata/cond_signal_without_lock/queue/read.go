// Goes back to rclone/rclone before 3de9bd9d04: a timer ends the wait with a flag and a Broadcast, without the lock.
package read

import (
	"sync"
	"sync/atomic"
	"time"
)

type Handle struct {
	mu     sync.Mutex
	cond   *sync.Cond
	offset int64
}

func Open() *Handle {
	h := &Handle{}
	h.cond = sync.NewCond(&h.mu)
	return h
}

func (h *Handle) readAtBad(offset int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	timeout := time.NewTimer(time.Second)
	abort := int32(0)
	go func() {
		<-timeout.C
		atomic.StoreInt32(&abort, 1)
		h.cond.Broadcast() // want "^Broadcast without ever holding `h.cond.L`: a waiter can miss it for ever.$"
	}()
	for h.offset != offset && atomic.LoadInt32(&abort) == 0 {
		h.cond.Wait()
	}
}

func (h *Handle) nudge() {
	h.cond.Signal() // want(all) "Signal without ever holding `h.cond.L`"
}
