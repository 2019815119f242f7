package box

import "sync"

type Box struct {
	mu      sync.Mutex
	batched bool
	state   int
}

// It gives the lock back for a while, under the condition under which its caller has taken it.
func (b *Box) stop() error {
	b.state = 1
	if !b.batched {
		b.mu.Unlock()
	}
	wait()
	if !b.batched {
		b.mu.Lock()
	}
	b.state = 2
	return nil
}

func wait() {}

func (b *Box) StopOk() error {
	if !b.batched {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.state = 0
	}
	return b.stop()
}

// It gives the lock back whoever calls it.
func (b *Box) pause() error {
	b.state = 1
	b.mu.Unlock()
	wait()
	if !b.batched {
		b.mu.Lock()
	}
	b.state = 2
	return nil
}

func (b *Box) PauseBad() error {
	if !b.batched {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.state = 0
	}
	return b.pause() // want "^This path releases `b.mu` without holding it"
}

func all(b *Box) {
	b.StopOk()
	b.PauseBad()
}
