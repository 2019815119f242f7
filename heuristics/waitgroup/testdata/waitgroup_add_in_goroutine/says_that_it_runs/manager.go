package manager

import (
	"context"
	"sync"
	"sync/atomic"
)

type Manager struct {
	wg    sync.WaitGroup
	ready chan struct{}
	stop  chan struct{}
}

func (m *Manager) run() {
	m.wg.Add(1)
	defer m.wg.Done()
	close(m.ready)
	<-m.stop
}

func (m *Manager) awaitReady(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-m.ready:
	}
}

func (m *Manager) Close() {
	close(m.stop)
	m.wg.Wait()
}

// The manager is handed out when it has counted itself.
func NewOk(ctx context.Context) *Manager {
	m := &Manager{ready: make(chan struct{}), stop: make(chan struct{})}
	go m.run()
	m.awaitReady(ctx)
	return m
}

func NewBad(ctx context.Context) *Manager {
	m := &Manager{ready: make(chan struct{}), stop: make(chan struct{})}
	go m.run() // want "^`m.wg.Add` runs inside the goroutine that it counts"
	return m
}

type Worker struct {
	wg     sync.WaitGroup
	closed atomic.Bool
	stop   chan struct{}
}

func (w *Worker) loop() {
	w.wg.Add(1)
	defer w.wg.Done()
	w.closed.Store(false)
	<-w.stop
}

// Who comes before the goroutine has opened the worker does not wait for it.
func (w *Worker) Stop() {
	if w.closed.Load() {
		println("closed already")
		return
	}
	close(w.stop)
	w.wg.Wait()
}

func StartOk() *Worker {
	w := &Worker{stop: make(chan struct{})}
	w.closed.Store(true)
	go w.loop()
	return w
}

type Early struct {
	wg     sync.WaitGroup
	closed atomic.Bool
	stop   chan struct{}
}

func (e *Early) loop() {
	e.closed.Store(false)
	e.wg.Add(1)
	defer e.wg.Done()
	<-e.stop
}

func (e *Early) Stop() {
	if e.closed.Load() {
		return
	}
	close(e.stop)
	e.wg.Wait()
}

// It says so too early.
func StartBad() *Early {
	e := &Early{stop: make(chan struct{})}
	e.closed.Store(true)
	go e.loop() // want "^`e.wg.Add` runs inside the goroutine that it counts"
	return e
}

func eachOk(jobs []func() error) {
	var wg sync.WaitGroup
	began := make(chan struct{})
	for _, job := range jobs {
		go func() {
			wg.Add(1)
			defer wg.Done()
			began <- struct{}{}
			job()
		}()
		<-began
	}
	wg.Wait()
}

func askedBeforeBad(check, job func() error) error {
	err := check()
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	go func() {
		wg.Add(1) // want "^`wg.Add` runs inside the goroutine that it counts"
		defer wg.Done()
		err = job()
	}()
	wg.Wait()
	return err
}

func receivedBehindBad(job func() error) {
	var wg sync.WaitGroup
	failed := make(chan error, 1)
	go func() {
		wg.Add(1) // want "^`wg.Add` runs inside the goroutine that it counts"
		defer wg.Done()
		failed <- job()
	}()
	wg.Wait()
	<-failed
}
