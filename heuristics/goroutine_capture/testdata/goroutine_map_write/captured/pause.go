// Reduced from etcd-io/etcd at d69b7d28a0 (composite stresser) and thanos-io/thanos at cc1bd3a04a (pruned tenants) and
// 7c5bea680a (deduplication by resolution).

package work

import "sync"

type worker interface {
	Stop() map[string]int
}

type crew struct {
	workers []worker
	tenants map[string]worker
	names   []string
}

func (c *crew) stopBad() (counts map[string]int) {
	counts = make(map[string]int)
	var wg sync.WaitGroup
	wg.Add(len(c.workers))
	for i := range c.workers {
		go func(w worker) {
			defer wg.Done()
			for name, n := range w.Stop() {
				counts[name] += n // want "Goroutines started in this loop write map `counts` at the same time"
			}
		}(c.workers[i])
	}
	wg.Wait()
	return counts
}

func (c *crew) pruneBad() {
	var wg sync.WaitGroup
	for name, w := range c.tenants {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if len(w.Stop()) == 0 {
				delete(c.tenants, name) // want "Goroutines started in this loop write map `c.tenants` at the same time"
			}
		}()
	}
	wg.Wait()
}

func (c *crew) filterBad(groups map[int][]string, seen map[string]bool) {
	var wg sync.WaitGroup
	for number := range groups {
		wg.Add(1)
		go func(number int) {
			defer wg.Done()
			c.filter(groups[number], seen) // want "write map `seen` through `crew.filter` at the same time"
		}(number)
	}
	wg.Wait()
}

func (c *crew) filter(names []string, seen map[string]bool) {
	for _, name := range names {
		delete(seen, name)
	}
}

func twoBad(left, right []string) map[string]bool {
	all := map[string]bool{}
	done := make(chan struct{})
	go func() {
		for _, name := range left {
			all[name] = true // want "Two goroutines use map `all` at the same time, and this one writes it"
		}
		done <- struct{}{}
	}()
	go func() {
		for _, name := range right {
			all[name] = true // the same pair, told once
		}
		done <- struct{}{}
	}()
	<-done
	<-done
	return all
}

func launcherBad(names []string) int {
	lengths := map[string]int{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		lengths["total"] = len(names) // want "Map `lengths` is written by this goroutine and written by the code that started it"
	}()
	for _, name := range names {
		lengths[name] = len(name)
	}
	<-done
	return lengths["total"]
}

func rangedBad(names map[string]int) int {
	sum := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		names["late"] = 1 // want "Map `names` is written by this goroutine and read by the code that started it"
	}()
	for _, n := range names {
		sum += n
	}
	<-done
	return sum
}

func handedOverBad(jobs []string, each func(int, func(int))) map[string]int {
	sizes := map[string]int{}
	parallel(len(jobs), func(i int) {
		sizes[jobs[i]] = i // want "Goroutines started by `parallel` write map `sizes` at the same time"
	})
	return sizes
}

// parallel runs a function in several goroutines and waits for them.
func parallel(n int, each func(int)) {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			each(i)
		}()
	}
	wg.Wait()
}

func sequential(n int, each func(int)) {
	for i := 0; i < n; i++ {
		each(i)
	}
}

func sequentialOk(jobs []string) map[string]int {
	sizes := map[string]int{}
	sequential(len(jobs), func(i int) { sizes[jobs[i]] = i })
	return sizes
}

func lockedOk(workers []worker) map[string]int {
	counts := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			got := w.Stop()
			mu.Lock()
			defer mu.Unlock()
			for name, n := range got {
				counts[name] += n
			}
		}()
	}
	wg.Wait()
	return counts
}

// The callee locks for its callback.
type guarded struct {
	mu sync.Mutex
}

func (g *guarded) with(do func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	do()
}

func (g *guarded) callbackOk(names []string) map[string]bool {
	seen := map[string]bool{}
	for _, name := range names {
		go func() {
			g.with(func() { seen[name] = true })
		}()
	}
	return seen
}

// Trap T14: a sync.Map may be written by many.
func concurrentOk(names []string) {
	var seen sync.Map
	for _, name := range names {
		go func() { seen.Store(name, true) }()
	}
}

// Trap T17: each iteration has a map of its own.
func iterationOk(names []string, out chan map[string]bool) {
	for _, name := range names {
		own := map[string]bool{}
		go func() {
			own[name] = true
			out <- own
		}()
	}
}

// Trap T18: the goroutine is joined before the map is read.
func joinedOk(names []string) map[string]bool {
	seen := map[string]bool{}
	done := make(chan struct{})
	go func() {
		for _, name := range names {
			seen[name] = true
		}
		close(done)
	}()
	<-done
	seen["last"] = true
	return seen
}

// Trap T18: one goroutine at a time.
func inTurnOk(names []string) map[string]bool {
	seen := map[string]bool{}
	for _, name := range names {
		done := make(chan struct{})
		go func() {
			seen[name] = true
			close(done)
		}()
		<-done
	}
	return seen
}

// Trap T19: the closure is made in the goroutine and runs elsewhere.
func elsewhereOk(names []string, actions chan func()) {
	seen := map[string]bool{}
	for _, name := range names {
		go func() {
			actions <- func() { seen[name] = true }
		}()
	}
}

// Trap T20: a map for each worker.
func perWorkerOk(names []string) []map[string]bool {
	seen := make([]map[string]bool, len(names))
	for i := range names {
		seen[i] = map[string]bool{}
		go func() { seen[i][names[i]] = true }()
	}
	return seen
}

// A channel with room for one token is a lock.
func tokenOk(names []string) map[string]bool {
	seen := map[string]bool{}
	token := make(chan struct{}, 1)
	for _, name := range names {
		go func() {
			token <- struct{}{}
			seen[name] = true
			<-token
		}()
	}
	return seen
}

// walk runs its callback in several goroutines, one at a time.
func walk(names []string, visit func(string)) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			visit(name)
			mu.Unlock()
		}()
	}
	wg.Wait()
}

func walkOk(names []string) map[string]bool {
	seen := map[string]bool{}
	walk(names, func(name string) { seen[name] = true })
	return seen
}

// Reduced from influxdata/telegraf (subscribers of several devices with one handler).
type store struct {
	names map[string]string
	seen  map[string]bool
}

func (s *store) insert(name string) {
	s.names[name] = name
	s.seen[name] = true
}

type handler struct{ store *store }

func (h *handler) handle(name string) { h.store.insert(name) }

type subscriber struct {
	handler *handler
	name    string
}

func (s *subscriber) run() { s.handler.handle(s.name) }

func subscribeBad(names []string, shared *handler) {
	for _, name := range names {
		go func() {
			s := subscriber{handler: shared, name: name}
			s.run() // want "write map `shared.store.names` through `store.insert` at the same time"
		}()
	}
}
