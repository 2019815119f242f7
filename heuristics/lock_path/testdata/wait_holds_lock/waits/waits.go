// Package waits: a lock is held while goroutines that need it are waited for.
//
// Broadcasts goes back to etcd-io/etcd commit 7618fdd1d642e47cac70c03f637b0fd798a53a6e, Downloaders to rclone/rclone commit
// 5f1d5a1897d101ab4a4a2cd51b51d0362ec9978a, Stopper to cockroach issue 1055; written anew.
package waits

import (
	"sync"

	"golang.org/x/sync/errgroup"
)

type Broadcasts struct {
	mu      sync.Mutex
	updates chan int
	done    chan struct{}
	last    int
}

func newBroadcasts() *Broadcasts {
	b := &Broadcasts{updates: make(chan int, 1), done: make(chan struct{})}
	go func() {
		defer close(b.done)
		for update := range b.updates {
			b.merge(update)
		}
	}()
	return b
}

func (b *Broadcasts) merge(update int) {
	b.mu.Lock()
	b.last = update
	b.mu.Unlock()
}

func (b *Broadcasts) stopBad() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.updates)
	<-b.done // want "`b.mu` is held while waiting for goroutines that need it"
}

func (b *Broadcasts) stopOk() {
	b.mu.Lock()
	close(b.updates)
	b.mu.Unlock()
	<-b.done
}

type Downloaders struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	stop chan struct{}
	tick chan int
	left []int
}

func (d *Downloaders) start() {
	d.wg.Add(1)
	go func() {
		defer d.wg.Done()
		for {
			select {
			case <-d.tick:
				d.kick()
			case <-d.stop:
				return
			}
		}
	}()
}

func (d *Downloaders) kick() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = nil
}

func (d *Downloaders) CloseBad() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.stop)
	d.wg.Wait() // want "`d.mu` is held while waiting"
	d.left = nil
}

func (d *Downloaders) CloseThroughBad() {
	d.mu.Lock()
	d.finish() // want "`d.mu` is held while waiting"
	d.mu.Unlock()
}

func (d *Downloaders) finish() {
	d.wg.Wait()
}

func (d *Downloaders) CloseOk() {
	d.mu.Lock()
	close(d.stop)
	d.mu.Unlock()
	d.wg.Wait()
}

// AroundOk gives the lock back around the wait.
func (d *Downloaders) AroundOk() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.stop)
	d.mu.Unlock()
	d.wg.Wait()
	d.mu.Lock()
	d.left = nil
}

type Stopper struct {
	mu    sync.Mutex
	quit  chan struct{}
	group sync.WaitGroup
	tasks int
}

func (s *Stopper) StopBad() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.quit)
	s.group.Wait() // want "`s.mu` is held while waiting"
}

func (s *Stopper) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks++
}

func (s *Stopper) done() { s.group.Done() }

func work(s *Stopper) {
	s.group.Add(1)
	go func() {
		s.begin()
		<-s.quit
		s.done()
	}()
}

type Batch struct {
	mu  sync.Mutex
	all []int
}

func (b *Batch) RunBad(parts []int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var g errgroup.Group
	for _, part := range parts {
		part := part
		g.Go(func() error {
			b.add(part)
			return nil
		})
	}
	return g.Wait() // want "`b.mu` is held while waiting"
}

func (b *Batch) add(part int) {
	b.mu.Lock()
	b.all = append(b.all, part)
	b.mu.Unlock()
}
