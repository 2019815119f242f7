package traps

import "sync"

var (
	used  []int
	freed = sync.NewCond(&sync.Mutex{})
)

func reserveOk() {
	freed.L.Lock()
	for len(used) > 9 {
		freed.Wait()
	}
	used = append(used, 1)
	freed.L.Unlock()
}

func release() {
	freed.L.Lock()
	used = used[1:]
	freed.L.Unlock()
	freed.Signal()
}
