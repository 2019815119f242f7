package twice

import "sync"

type vault struct {
	mu    sync.Mutex
	items map[string]int
}

// What recover gives is nil unless something panicked: then the lock may be held, by this body or by what it called.
func (v *vault) recoveredOk(work func()) (failed bool) {
	v.mu.Lock()
	v.items["started"]++
	v.mu.Unlock()
	func() {
		defer func() {
			if r := recover(); r != nil {
				failed = true
				v.mu.Unlock()
			}
		}()
		work()
	}()
	return failed
}

func (v *vault) recoveredWhileHeldOk(work func()) (failed bool) {
	defer func() {
		if recover() != nil {
			v.mu.Unlock()
			failed = true
		}
	}()
	v.mu.Lock()
	work()
	v.mu.Unlock()
	return false
}

func (v *vault) notRecoveredBad(work func()) {
	defer func() {
		if recover() == nil {
			v.mu.Unlock()
		}
	}()
	v.mu.Lock()
	work()
	v.mu.Unlock() // want "`v.mu` is released here although a deferred call releases it too"
}
