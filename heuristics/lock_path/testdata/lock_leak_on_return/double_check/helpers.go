package tenants

import "sync"

// Locked and released by methods of its own.
type ledger struct {
	mu      sync.Mutex
	changes int
	rows    map[string]int
}

func (l *ledger) lock() {
	l.mu.Lock()
	l.changes++
}

func (l *ledger) unlock() { l.mu.Unlock() }

func (l *ledger) bookBad(name string, amount int) bool {
	l.lock()
	if amount == 0 {
		return false // want "`l.mu` is still held by this return, so the next caller blocks forever"
	}
	l.rows[name] += amount
	l.unlock()
	return true
}

func (l *ledger) bookOk(name string, amount int) bool {
	l.lock()
	defer l.unlock()
	if amount == 0 {
		return false
	}
	l.rows[name] += amount
	return true
}

func (l *ledger) eitherOk(name string) int {
	l.lock()
	if n, ok := l.rows[name]; ok {
		l.unlock()
		return n
	}
	l.unlock()
	return 0
}

// T1: held for the caller, who releases it by the other method.
func (l *ledger) beginOk() { l.lock() }

func (l *ledger) wholeOk() {
	l.beginOk()
	l.rows["x"]++
	l.unlock()
}
