package store

import (
	"errors"
	"sync"
)

type limits struct{ bytes int }

type Account struct {
	mu     sync.RWMutex
	name   string
	limits map[string]limits
}

type Options struct {
	Accounts []*Account
}

func (a *Account) SetLimit(tier string, bytes int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limits == nil {
		a.limits = map[string]limits{}
	}
	a.limits[tier] = limits{bytes}
}

func (a *Account) Drop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.limits = nil
}

func (a *Account) Limit(tier string) int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.limits[tier].bytes
}

func (a *Account) Tiers() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.limits)
}

// What has just been read is looked at here, before anybody works with it.
func validateStoreOptions(o *Options) error {
	for _, a := range o.Accounts {
		if len(a.limits) == 0 {
			return errors.New("no limits")
		}
	}
	return nil
}

func report(o *Options) (n int) {
	for _, a := range o.Accounts {
		n += len(a.limits) // want "`limits` is read without `mu`"
	}
	return n
}
