// Package parallel has files that every request writes.
package parallel

import "sync"

type info struct{ number, size int }

type files struct {
	infoLock sync.Mutex
	info     *info
}

type Store struct{ files *files }

func (s *Store) Add(blocks [][]byte) {
	for _, block := range blocks {
		go s.files.add(block)
	}
}

func (f *files) add(block []byte) {
	if len(block) > 1000 {
		f.nextBad()
	}
	f.update(&info{number: len(block)})
}

// Several goroutines add.
func (f *files) nextBad() {
	next := &info{number: f.info.number + 1} // want "`info` is read without `infoLock`"
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
