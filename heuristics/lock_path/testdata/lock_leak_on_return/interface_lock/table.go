package interfacelock

import "example.com/interfacelock/locks"

type Table struct {
	mut   locks.Mutex
	rw    locks.RWMutex
	file  locks.FileLock
	items map[string]int
}

func NewTable() *Table {
	return &Table{mut: locks.New(), rw: locks.NewRW(), items: map[string]int{}}
}

func (t *Table) SetBad(key string, value int) bool {
	t.mut.Lock()
	if _, ok := t.items[key]; ok {
		return false // want "`t.mut` is still held by this return"
	}
	t.items[key] = value
	t.mut.Unlock()
	return true
}

func (t *Table) GetBad(key string) int {
	t.rw.RLock()
	value, ok := t.items[key]
	if !ok {
		return 0 // want "`t.rw` is still read-locked by this return"
	}
	t.rw.RUnlock()
	return value
}

func (t *Table) SaveOk() error {
	if err := t.file.Lock(); err != nil {
		return err
	}
	if len(t.items) == 0 {
		return t.file.Unlock()
	}
	return nil
}

type shard struct{ mut locks.Mutex }

// The release of one lock says nothing about another one: what pin takes is given back by its callers.
func (t *Table) pinOk(s *shard) bool {
	s.mut.Lock()
	t.rw.Lock()
	if len(t.items) == 0 {
		t.rw.Unlock()
		return false
	}
	t.rw.Unlock()
	return true
}

func (s *shard) unpin() { s.mut.Unlock() }
