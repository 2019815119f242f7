// Package rounds closes one channel each time, or lets the last one do it.
package rounds

import (
	"context"
	"sync/atomic"
)

type consumer struct {
	ctx context.Context
	ch  chan int
}

func sendOk(consumers []*consumer, event int) {
	for _, each := range consumers {
		if each.ctx.Err() != nil {
			close(each.ch)
			continue
		}
		select {
		case <-each.ctx.Done():
			close(each.ch)
		case each.ch <- event:
		}
	}
}

func workOk(jobs <-chan int, workers int) <-chan int {
	out := make(chan int)
	var alive atomic.Int32
	alive.Store(int32(workers))
	work := func() {
		defer func() {
			if alive.Add(-1) == 0 {
				close(out)
			}
		}()
		for job := range jobs {
			out <- job
		}
	}
	for i := 0; i < workers; i++ {
		go work()
	}
	return out
}
