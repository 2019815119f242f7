package broker

import "sync"

type fileStore struct {
	mu     sync.RWMutex
	blocks map[uint64]*block
	last   *block
	bytes  int
}

type block struct {
	mu     sync.RWMutex
	cache  []byte
	loaded bool
}

// loadWithLockOk: lock should be held; it is let go of while the file is read.
func (b *block) loadWithLockOk(read func() ([]byte, error)) error {
	if b.loaded {
		return nil
	}
	b.mu.Unlock()
	data, err := read()
	b.mu.Lock()
	if err != nil {
		return err
	}
	b.cache, b.loaded = data, true
	return nil
}

func (b *block) FetchOk(read func() ([]byte, error)) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.loadWithLockOk(read); err != nil {
		return nil, err
	}
	return b.cache, nil
}

// Lock held on entry.
func (fs *fileStore) dropOk(seq uint64) bool {
	found, ok := fs.blocks[seq]
	if !ok {
		return false
	}
	found.mu.Lock()
	fs.bytes -= len(found.cache)
	found.mu.Unlock()
	delete(fs.blocks, seq)
	if fs.last == found {
		fs.last = nil
	}
	return true
}

func (fs *fileStore) RemoveOk(seq uint64) bool {
	fs.mu.Lock()
	removed := fs.dropOk(seq)
	fs.mu.Unlock()
	return removed
}

func (fs *fileStore) ForgottenBad(seq uint64) bool {
	fs.mu.Lock()
	if !fs.dropOk(seq) {
		return false // want "`fs.mu` is still held"
	}
	fs.mu.Unlock()
	return true
}
