// Reduced from thanos-io/thanos before e414597420: workers mark blocks under a mutex of their call, a getter hands the
// map out.
package filter

import "sync"

type Filter struct {
	marked map[string]bool
	alone  map[string]bool
	mu     sync.Mutex
	seen   map[string]bool
	count  int
}

func (f *Filter) RunBad(ids []string) {
	f.marked = map[string]bool{}
	var (
		wg sync.WaitGroup
		mu sync.Mutex
	)
	for _, id := range ids {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			f.marked[id] = true // want "^`mu` is created in this call, so parallel calls do not exclude each other from `marked`.$"
			mu.Unlock()
		}()
	}
	wg.Wait()
}

func (f *Filter) Marked() map[string]bool { return f.marked }

// Nobody else uses it.
func (f *Filter) runAlone(ids []string) {
	var mu sync.Mutex
	for _, id := range ids {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			f.alone[id] = true // want(all) "`mu` is created in this call"
		}()
	}
}

// The lock of the struct is held too.
func (f *Filter) RunBothOk(ids []string) {
	var mu sync.Mutex
	for _, id := range ids {
		go func() {
			mu.Lock()
			f.mu.Lock()
			f.seen[id] = true
			f.mu.Unlock()
			mu.Unlock()
		}()
	}
}

func (f *Filter) Seen(id string) bool {
	return f.seen[id]
}

// What is guarded belongs to this call.
func (f *Filter) CollectOk(ids []string) map[string]bool {
	var mu sync.Mutex
	out := map[string]bool{}
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			out[id] = f.seen[id]
		}()
	}
	wg.Wait()
	return out
}

// The mutex lives elsewhere.
func (f *Filter) CountOk() {
	mu := &f.mu
	mu.Lock()
	defer mu.Unlock()
	f.count++
}

func (f *Filter) Count() int { return f.count }
