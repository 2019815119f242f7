package loop

import (
	"sync"
	"time"
)

type Loop struct {
	stop  chan struct{}
	done  sync.WaitGroup
	ticks *time.Ticker
}

// Only who has the object can end the loop, and nobody has it yet.
func NewOk() *Loop {
	l := &Loop{stop: make(chan struct{}), ticks: time.NewTicker(time.Second)}
	go l.run()
	l.done.Add(1)
	return l
}

func (l *Loop) run() {
	defer func() {
		l.ticks.Stop()
		l.done.Done()
	}()
	for {
		select {
		case <-l.ticks.C:
			println("tick")
		case <-l.stop:
			return
		}
	}
}

func LiteralOk() *Loop {
	l := &Loop{stop: make(chan struct{})}
	go func() {
		defer l.done.Done()
		<-l.stop
	}()
	l.done.Add(1)
	return l
}

// It may also leave by itself.
func NewBad() *Loop {
	l := &Loop{stop: make(chan struct{}), ticks: time.NewTicker(time.Second)}
	go l.once()
	l.done.Add(1) // want "^`l` is visible to other goroutines before `l.done.Add`"
	return l
}

func (l *Loop) once() {
	defer l.done.Done()
	if l.ticks == nil {
		return
	}
	<-l.stop
}

func (l *Loop) Stop() {
	close(l.stop)
	l.done.Wait()
}
