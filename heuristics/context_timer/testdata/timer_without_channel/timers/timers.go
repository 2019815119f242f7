// Package timers: thanos 4050c73f8f is a bug of this shape.
package timers

import "time"

func DrainBad(timeout time.Duration, cancel func()) {
	t := time.AfterFunc(timeout, cancel)
	if !t.Stop() {
		<-t.C // want "`t.C` is nil, because AfterFunc made the timer; this receive blocks for ever"
	}
}

func PerhapsBad(timeout time.Duration, cancel func()) func() {
	var t *time.Timer
	if timeout > 0 {
		t = time.AfterFunc(timeout, cancel)
	}
	return func() {
		if t != nil && !t.Stop() {
			<-t.C // want "`t.C` is nil"
		}
	}
}

func TestedOk(timeout time.Duration, cancel func()) {
	t := time.AfterFunc(timeout, cancel)
	if !t.Stop() {
		if t.C != nil {
			<-t.C
		}
	}
}

func NewTimerOk(timeout time.Duration, cancel func()) {
	time.AfterFunc(timeout, cancel)
	t := time.NewTimer(timeout)
	if !t.Stop() {
		<-t.C
	}
}

func EitherOk(timeout time.Duration, cancel func()) {
	t := time.NewTimer(timeout)
	if cancel != nil {
		t = time.AfterFunc(timeout, cancel)
	}
	<-t.C
}
