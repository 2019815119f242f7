package rounds

import (
	"sync"
	"time"
)

type conn struct{ name string }

type listener struct{ conns chan *conn }

func (l *listener) accept() (*conn, error) { return &conn{}, nil }

func serve(c *conn) {}

func acceptBad(l *listener) error {
	var c *conn
	var err error
	for {
		c, err = l.accept()
		if err != nil {
			return err
		}
		go func() {
			serve(c) // want "`c` is read by this goroutine while the code that started it assigns it again"
		}()
	}
}

func rangeBad(names []string) {
	var name string
	for _, name = range names {
		go func() {
			println(name) // want "`name` is read by this goroutine while the code that started it assigns it again"
		}()
	}
}

func laterBad(name string) string {
	go func() {
		println(name) // want "`name` is read by this goroutine"
	}()
	name = "later"
	return name
}

func feedBad(l *listener) {
	var c *conn
	for {
		select {
		case c = <-l.conns:
		case <-time.After(time.Second):
			continue
		}
		go func() {
			serve(c) // want "`c` is read by this goroutine"
		}()
	}
}

// Trap T17: a variable of each round, an argument, a copy.
func roundOk(l *listener) error {
	var c *conn
	var err error
	for {
		c, err := l.accept()
		if err != nil {
			return err
		}
		go func() { serve(c) }()
	}
	_, _ = c, err
	return nil
}

func argumentOk(l *listener) error {
	var c *conn
	var err error
	for {
		c, err = l.accept()
		if err != nil {
			return err
		}
		go func(c *conn) { serve(c) }(c)
	}
}

func copyOk(l *listener) error {
	var c *conn
	var err error
	for {
		c, err = l.accept()
		if err != nil {
			return err
		}
		c := c
		go func() { serve(c) }()
	}
}

// Trap T18: joined before the next value.
func inTurnOk(l *listener) error {
	var c *conn
	var err error
	for {
		c, err = l.accept()
		if err != nil {
			return err
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			serve(c)
		}()
		<-done
	}
}

// Trap T18: the goroutine is told when the value is there.
func gateOk(l *listener) {
	var c *conn
	ready := make(chan struct{})
	go func() {
		<-ready
		serve(c)
	}()
	c, _ = l.accept()
	close(ready)
}

func lockedOk(l *listener) {
	var mu sync.Mutex
	var c *conn
	go func() {
		mu.Lock()
		defer mu.Unlock()
		serve(c)
	}()
	mu.Lock()
	c, _ = l.accept()
	mu.Unlock()
}

// The timer's function reads the variable that the timer itself is assigned to.
func timerOk() {
	var timer *time.Timer
	timer = time.AfterFunc(time.Second, func() { timer.Stop() })
}

// Trap T21, reduced from containerd/containerd core/unpack: the first round alone comes here.
func onceOk(l *listener) {
	var c *conn
	var done chan struct{}
	for i := 0; i < 3; i++ {
		if done == nil {
			done = make(chan struct{})
			c, _ = l.accept()
			go func() {
				serve(c)
				close(done)
			}()
		}
	}
}

// The assignment comes first.
func beforeOk(l *listener) {
	var c *conn
	c, _ = l.accept()
	go func() { serve(c) }()
}

// Paths that exclude each other.
func branchOk(l *listener, later bool) {
	var c *conn
	if later {
		go func() { serve(c) }()
		return
	}
	c, _ = l.accept()
	serve(c)
}
