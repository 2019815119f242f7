// Package handle hands on what the start of the goroutines returned: who uses that up has waited for them.
package handle

import (
	"sort"
	"sync"
)

func parallel(f func(int)) func() (int, bool) {
	in, out := make(chan int, 4), make(chan int, 4)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for v := range in {
				f(v)
				out <- v
			}
		}()
	}
	go func() {
		close(in)
		wg.Wait()
		close(out)
	}()
	return func() (int, bool) { v, ok := <-out; return v, ok }
}

func drain(next func() (int, bool)) {
	for _, ok := next(); ok; _, ok = next() {
	}
}

func collectOk() int {
	var values []int
	var mu sync.Mutex
	next := parallel(func(v int) {
		mu.Lock()
		values = append(values, v)
		mu.Unlock()
	})
	drain(next)
	values = append(values, 1)
	sort.Ints(values)
	return len(values)
}
