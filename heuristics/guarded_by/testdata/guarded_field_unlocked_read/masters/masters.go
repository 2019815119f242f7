// Package masters has files that one goroutine writes; others read what it has told them under the lock.
package masters

import "sync"

type info struct{ number, size int }

type files struct {
	infoLock sync.Mutex
	info     *info
}

type Store struct{ files *files }

func (s *Store) Add(block []byte) { s.files.add(block) }

func (f *files) add(block []byte) {
	if len(block) > 1000 {
		f.nextOk()
	}
	f.update(&info{number: len(block)})
}

// The one who adds alone changes the field (reduced from hyperledger/fabric, blockfileMgr.moveToNextFile).
func (f *files) nextOk() {
	next := &info{number: f.info.number + 1}
	f.update(next)
}

func (f *files) update(next *info) {
	f.infoLock.Lock()
	defer f.infoLock.Unlock()
	f.info = next
}

func (f *files) last() int {
	f.infoLock.Lock()
	defer f.infoLock.Unlock()
	return f.info.number
}

func (f *files) size() int {
	f.infoLock.Lock()
	defer f.infoLock.Unlock()
	return f.info.size
}
