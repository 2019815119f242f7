// Package stays keeps the first error of a transaction.
package stays

import (
	"errors"
	"sync"
)

type txn struct {
	mu   sync.Mutex
	err  error
	last error
	done bool
}

func (t *txn) Do(nested bool) *txn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return t
	}
	if t.done {
		t.err = errors.New("done")
		return t
	}
	if t.last != nil {
		t.done = true
	}
	if nested {
		t.err = errors.New("nested")
		t.last = errors.New("nested")
	}
	return t
}

// Every assignment is behind a test for nil (reduced from pingcap/tiflow, etcdTxn.Commit).
func (t *txn) CommitOk() error {
	t.mu.Lock()
	if t.err != nil {
		t.mu.Unlock()
		return t.err
	}
	if t.done {
		t.err = errors.New("done")
		t.mu.Unlock()
		return t.err
	}
	t.done = true
	t.mu.Unlock()
	return nil
}

// It was nil under the lock, and another one may set it now.
func (t *txn) ErrBad() error {
	t.mu.Lock()
	if t.err != nil {
		t.mu.Unlock()
		return nil
	}
	t.mu.Unlock()
	return t.err // want "`t.err` is read after `t.mu` was released"
}

// A test before an assignment does not tell that the field keeps its value.
func (t *txn) LastBad() error {
	t.mu.Lock()
	if t.last != nil {
		t.mu.Unlock()
		return t.last // want "`t.last` is read after `t.mu` was released"
	}
	t.mu.Unlock()
	return nil
}

func (t *txn) Again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = errors.New("again")
}
