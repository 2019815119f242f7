package objects

import (
	"sync"
	"time"
)

// --- a field that is taken away while the goroutine looks at it

type source struct {
	done   chan struct{}
	events chan int
	total  int
}

func (s *source) Start() {
	go func() {
		for {
			select {
			case <-s.done:
				return
			case event := <-s.events:
				s.total += event
			}
		}
	}()
}

func (s *source) Stop() {
	close(s.done)
	s.done = nil // want "`source.done` is changed here while the goroutine started for `s` reads it"
}

func (s *source) End() {
	close(s.done)
}

func BadStop(s *source) {
	s.Start()
	s.Stop()
}

func OkEnd(s *source) {
	s.Start()
	s.End()
}

// What comes after a receive is ordered by it, as far as the text tells.
func OkReceiveFirst(s *source) {
	s.Start()
	s.events <- 1
	s.total = 0
}

func OkDeferred(s *source) {
	defer s.Stop()
	s.Start()
}

func OkOtherBranch(s *source, run bool) {
	if run {
		s.Start()
		return
	}
	s.Stop()
}

func OkBeforeTheStart() *source {
	s := &source{done: make(chan struct{})}
	s.reset()
	s.Start()
	return s
}

func (s *source) reset() { s.done = make(chan struct{}) }

func OkAnotherObject(s, other *source) {
	s.Start()
	other.Stop()
}

// --- an inner object that only the owner's methods lock

type item struct{ at time.Time }

type store interface{ drop() }

type shelf struct {
	items map[string]*item
	order []string
}

func (s *shelf) drop() {
	delete(s.items, s.order[0])
	s.order = s.order[1:]
}

func (s *shelf) Len() int {
	return len(s.order) // want "`shelf.order` is read here while the goroutine started for `k` changes it"
}

func drop(s store) { s.drop() }

type keeper struct {
	mu    sync.Mutex
	shelf *shelf
}

func newKeeper() *keeper {
	k := &keeper{shelf: &shelf{items: map[string]*item{}}}
	k.run()
	return k
}

func (k *keeper) run() { go forever(k.sweep) }

func forever(step func()) {
	for {
		step()
		time.Sleep(time.Second)
	}
}

func (k *keeper) sweep() {
	k.mu.Lock()
	defer k.mu.Unlock()
	drop(k.shelf)
	for _, item := range k.shelf.items {
		_ = item.at
	}
}

func BadInnerObject() int {
	k := newKeeper()
	return k.shelf.Len()
}

func BadElement(name string) {
	k := newKeeper()
	k.shelf.items[name].at = time.Now() // want "`item.at` is changed here while"
}

// Whoever took the lock before may know that the others leave the object alone from then on.
func OkAfterTheLock(name string) {
	k := newKeeper()
	k.mu.Lock()
	k.shelf.items[name] = &item{}
	k.mu.Unlock()
	k.shelf.items[name].at = time.Now()
}

func OkCommonLock(name string) {
	k := newKeeper()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.shelf.items[name] = &item{}
}

// --- two goroutines that use one object's methods

type counter struct {
	once  sync.Once
	wg    sync.WaitGroup
	count int
	seen  int
	first int
}

func (c *counter) add() { c.count++ } // want "`counter.count` is changed in the goroutine started for `c` while the code"

func (c *counter) get() int { return c.count }

func (c *counter) note() { c.seen++ }

func (c *counter) setUp() { c.once.Do(func() { c.first = 1 }) }

func BadSiblings(c *counter) {
	go func() { c.add() }()
	go func() { println(c.get()) }()
}

func OkJoined(c *counter) int {
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		c.note()
	}()
	c.wg.Wait()
	return c.seen
}

func OkOnce(c *counter) {
	go func() { c.setUp() }()
	c.setUp()
}

func OkWaitsFirst(c *counter, ready chan struct{}) {
	go func() {
		<-ready
		c.note()
	}()
	c.seen = 0
	c.look()
	close(ready)
}

func (c *counter) look() { println(c.seen) }

// The second goroutine works on a copy that was made before.
type settings struct{ name string }

func (s settings) show() { println(s.name) }

func OkCopy(s settings) {
	go s.show()
	s.name = "other"
}

// --- loops that take what a clock sends

type poller struct {
	stop  chan struct{}
	every time.Duration
	runs  int
	last  time.Time
}

func newPoller() (*poller, error) {
	p := &poller{stop: make(chan struct{})}
	go p.loop()
	return p, nil
}

func (p *poller) loop() {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-p.stop:
			return
		case <-ticker.C:
			p.runs++ // want "`poller.runs` is changed in the goroutine started for `p` while the code that goes on reads it"
		}
	}
}

func BadTicker() (int, error) {
	p, err := newPoller()
	if err != nil {
		return 0, err
	}
	return p.runs, nil
}

// Callers hold a lock that is not the receiver's own.
type cache struct {
	owner *owner
}

type owner struct {
	mu      sync.Mutex
	pending map[string]bool
}

func (c *cache) get(key string) {
	c.owner.mu.Lock()
	defer c.owner.mu.Unlock()
	c.okAskLocked(key)
}

func (c *cache) okAskLocked(key string) {
	inBackground(func() { c.answer(key) })
	delete(c.owner.pending, key)
}

func (c *cache) answer(key string) {
	c.owner.mu.Lock()
	defer c.owner.mu.Unlock()
	delete(c.owner.pending, key)
}

// The object that is returned wraps the one that the goroutine works on.
type gauge struct{ level int }

func (g *gauge) rise() { g.level++ } // want "`gauge.level` is changed in the goroutine started for `p` while the code"

type panel struct{ gauge *gauge }

func newPanel() *panel {
	g := &gauge{}
	go g.rise()
	return &panel{gauge: g}
}

func (p *panel) show() { println(p.gauge.level) }

func BadWrapped() {
	p := newPanel()
	p.show()
}

// The literal that is handed over runs in one goroutine from its beginning to its end.
func OkOneGoroutine(c *counter, ask func(func())) {
	inBackground(func() {
		c.note()
		c.seen = 0
	})
}

func inBackground(work func()) { go work() }
