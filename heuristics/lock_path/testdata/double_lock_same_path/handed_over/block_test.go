package block

import (
	"sync"
	"testing"
	"time"
)

type block struct {
	mu  sync.RWMutex
	err error
}

func (b *block) drop() {}

func TestDrop(t *testing.T) {
	b := &block{}
	var wg sync.WaitGroup
	wg.Add(1)
	b.mu.Lock()
	go func() {
		defer wg.Done()
		time.Sleep(time.Millisecond)
		b.drop()
		b.mu.Unlock() // the goroutine was handed the lock
	}()
	wg.Wait()
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.err != nil {
		t.Error(b.err)
	}
}

func TestKeep(t *testing.T) {
	b := &block{}
	b.mu.Lock()
	go func() {
		b.mu.Lock()
		b.drop()
		b.mu.Unlock()
	}()
	b.drop()
	b.mu.RLock() // want "already held here"
	defer b.mu.RUnlock()
}
