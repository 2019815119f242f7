// Package visitor changes the database from a type that is only made under its lock.
package visitor

import "sync"

type database struct {
	lock  sync.RWMutex
	dirty map[string][]byte
}

func (db *database) Insert(key string, blob []byte) {
	db.lock.Lock()
	defer db.lock.Unlock()
	db.dirty[key] = blob
}

func (db *database) Node(key string) []byte {
	db.lock.RLock()
	defer db.lock.RUnlock()
	return db.dirty[key]
}

func (db *database) Drop(key string) {
	db.lock.Lock()
	defer db.lock.Unlock()
	delete(db.dirty, key)
}

func (db *database) Has(key string) bool {
	db.lock.RLock()
	defer db.lock.RUnlock()
	_, ok := db.dirty[key]
	return ok
}

func (db *database) Reset() {
	db.lock.Lock()
	defer db.lock.Unlock()
	for key := range db.dirty {
		delete(db.dirty, key)
	}
}

type putter interface{ Put(key string) error }

func (db *database) Commit(replay func(putter) error) error {
	db.lock.Lock()
	defer db.lock.Unlock()
	return replay(&cleaner{db})
}

type cleaner struct{ db *database }

// Put removes a node that was written.
func (c *cleaner) Put(key string) error {
	if _, ok := c.db.dirty[key]; !ok {
		return nil
	}
	delete(c.db.dirty, key)
	return nil
}
