// Reduced from seaweedfs/seaweedfs@caeffa3998; the code is written anew.
package never

import "sync"

type Registry struct {
	sync.RWMutex
	items map[string]int
}

func (r *Registry) Get(k string) int {
	r.RLock()
	defer r.RUnlock()
	return r.items[k]
}

func (r *Registry) Put(k string, n int) {
	r.Lock()
	r.items[k] = n
	r.Unlock()
}

func (r *Registry) Delete(k string) {
	r.Lock()
	defer r.Unlock()
	delete(r.items, k)
}

func (r *Registry) ItemsBad() (all []int) {
	r.RLock() // want "`r` is read-locked here and released nowhere, so the next writer blocks forever"
	for _, n := range r.items {
		all = append(all, n)
	}
	return all
}

func sum(r *Registry) (total int) {
	for _, n := range r.ItemsBad() {
		total += n
	}
	return total
}

// Its callers give the lock back.
func (r *Registry) BorrowOk() map[string]int {
	r.RLock()
	return r.items
}

func count(r *Registry) int {
	defer r.RUnlock()
	return len(r.BorrowOk())
}

// Nobody in sight calls it: whoever does may give it back.
func (r *Registry) ViewOk() map[string]int {
	r.RLock()
	return r.items
}
