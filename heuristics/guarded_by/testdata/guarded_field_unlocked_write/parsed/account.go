package parsed

import "sync"

type account struct {
	mu    sync.Mutex
	conns int
	subs  int
}

type options struct{ accounts []*account }

func newAccount() *account { return &account{} }

// T10: what is parsed fills in objects that nobody uses yet, although they are in a list already.
func (o *options) parseAccounts(all []map[string]int) {
	for _, one := range all {
		acc := newAccount()
		o.accounts = append(o.accounts, acc)
		parseLimits(one, acc)
	}
}

func parseLimits(limits map[string]int, acc *account) {
	for name, limit := range limits {
		switch name {
		case "conns":
			acc.conns = limit
		case "subs":
			acc.subs = limit
		}
	}
}

func (a *account) Connect() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conns--
	return a.conns > 0
}

func (a *account) Left() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.conns + a.subs
}

func (a *account) Subscribe() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.subs--
}

func (a *account) Refill(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conns, a.subs = n, n
}

func (a *account) ResetBad() {
	a.conns = 0 // want "`conns` is accessed under `mu` in"
}
