package parts

import "sync/atomic"

type block struct{ start, end int64 }

type writer struct {
	own   block
	shown block
}

func (w *writer) loopOk(next chan int) {
	for range next {
		atomic.StoreInt64(&w.shown.start, w.own.start)
		w.own.start++
	}
}

func (w *writer) Shown() int64 { return atomic.LoadInt64(&w.shown.start) }

type client struct{ rate int32 }

func (c *client) setRate(n int32) { atomic.StoreInt32(&c.rate, n) }

func (c *client) Rate() int32 { return atomic.LoadInt32(&c.rate) }

func (c *client) identifyOk(n int32) int32 {
	c.setRate(n)
	return c.rate
}
