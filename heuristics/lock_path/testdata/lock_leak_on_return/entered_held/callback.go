package broker

import (
	"errors"
	"sync"
)

type keeper struct {
	mu    sync.Mutex
	count int
	told  func(int)
}

// Some callers hold the lock and say so; what this body took itself it must give back all the same.
func (k *keeper) removeBad(need bool) error {
	if need {
		k.mu.Lock()
	}
	if k.count == 0 {
		return errors.New("empty") // want "`k.mu` is still held by this return"
	}
	k.count--
	if told := k.told; told != nil {
		k.mu.Unlock() // for the callback, whoever took it
		told(k.count)
		if !need {
			k.mu.Lock()
		}
	} else if need {
		k.mu.Unlock()
	}
	return nil
}
