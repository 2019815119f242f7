package foreign

import "sync"

type account struct {
	mu     sync.RWMutex
	limits []int
	js     *stream
	name   string
}

type stream struct{ name string }

func (a *account) Update(limits []int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.limits = append(a.limits[:0], limits...)
	a.js = nil
}

func (a *account) Enable() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.js = &stream{}
	a.limits = nil
}

func (a *account) Limit() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.js == nil {
		return 0
	}
	return a.limits[0]
}

type server struct {
	mu       sync.Mutex
	accounts map[string]*account
}

type client struct {
	acc *account
}

func (s *server) Lookup(name string) *account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accounts[name]
}

// Through a chain.
func (c *client) ApplyBad() int {
	return c.acc.limits[0] // want "`limits` is read without `mu`, while `account.Update` changes it under that lock"
}

// Through a parameter that callers hand in from a collection.
func nameBad(a *account) string {
	if a.js != nil { // want "`js` is read without `mu`"
		return a.name
	}
	return ""
}

func (s *server) Name(name string) string {
	return nameBad(s.Lookup(name))
}

// A decoder made it: nobody else knows it.
func decodeOk(read func() *account) int {
	a := read()
	return len(a.limits)
}

// A fresh object.
func freshOk() *account {
	a := &account{}
	a.limits = append(a.limits, len(a.limits))
	return a
}

// The other type holds a lock around it all.
func (s *server) SumOk() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, a := range s.accounts {
		n += len(a.limits)
	}
	return n
}

// The lock of the account is held through the chain.
func (c *client) LockedOk() int {
	c.acc.mu.RLock()
	defer c.acc.mu.RUnlock()
	return len(c.acc.limits)
}
