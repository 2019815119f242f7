package underlock

import (
	"sync"
	"time"
)

type resolver struct {
	mu     sync.Mutex
	timers map[int64]*time.Timer
}

// ScheduleOk is called with the lock that the timer takes; nothing says so.
func (r *resolver) ScheduleOk(at int64) {
	if _, found := r.timers[at]; found {
		return
	}
	r.timers[at] = time.AfterFunc(time.Until(time.Unix(at, 0)), func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.timers, at)
	})
}
