// Package summed adds up in many goroutines, and asks for the sum when all of them are done.
package summed

import "sync/atomic"

type Sum struct {
	Chunks int64
	Bytes  int64
}

type Query struct {
	sum   Sum
	state State
}

type State struct {
	Phase int64
}

func (q *Query) Add(bytes int64) {
	atomic.AddInt64(&q.sum.Chunks, 1)
	atomic.AddInt64(&q.sum.Bytes, bytes)
}

func (q *Query) SumOk() Sum {
	return q.sum // want(all) "copy of a `Sum` reads `Chunks` plainly"
}

func (q *Query) Enter(phase int64) {
	atomic.StoreInt64(&q.state.Phase, phase)
}

// A store is for those who read.
func (q *Query) StateBad() State {
	return q.state // want "copy of a `State` reads `Phase` plainly"
}
