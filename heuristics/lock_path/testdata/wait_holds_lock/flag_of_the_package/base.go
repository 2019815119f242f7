package base

import "sync"

var (
	mu     sync.Mutex
	atExit bool
	all    = map[string]*Base{}
)

type Base struct {
	name  string
	queue chan int
	wg    sync.WaitGroup
}

func Open(name string) {
	mu.Lock()
	defer mu.Unlock()
	b := &Base{name: name, queue: make(chan int)}
	b.wg.Add(1)
	all[name] = b
	go b.loop()
}

func (b *Base) loop() {
	for range b.queue {
	}
	if !atExit {
		mu.Lock()
		delete(all, b.name)
		mu.Unlock()
	}
	b.wg.Done()
}

// The flag keeps the loops from the lock.
func ExitOk() {
	mu.Lock()
	atExit = true
	for _, b := range all {
		close(b.queue)
		b.wg.Wait()
	}
	mu.Unlock()
}

type Table struct {
	queue chan int
	wg    sync.WaitGroup
}

var tables []*Table

func (t *Table) loop() {
	for range t.queue {
	}
	mu.Lock()
	tables = nil
	mu.Unlock()
	t.wg.Done()
}

func OpenTable() {
	t := &Table{queue: make(chan int)}
	t.wg.Add(1)
	go t.loop()
	mu.Lock()
	defer mu.Unlock()
	tables = append(tables, t)
}

func ExitBad() {
	mu.Lock()
	for _, t := range tables {
		close(t.queue)
		t.wg.Wait() // want "^`mu` is held while waiting for goroutines that need it"
	}
	mu.Unlock()
}
