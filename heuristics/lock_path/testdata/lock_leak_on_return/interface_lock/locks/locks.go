// Package locks wraps the locks of package sync, so that they can say who waits.
package locks

import "sync"

type Mutex interface {
	Lock()
	Unlock()
}

type RWMutex interface {
	Mutex
	RLock()
	RUnlock()
}

// FileLock can fail, and is no lock in the sense of package sync.
type FileLock interface {
	Lock() error
	Unlock() error
}

func New() Mutex { return &sync.Mutex{} }

func NewRW() RWMutex { return &sync.RWMutex{} }
