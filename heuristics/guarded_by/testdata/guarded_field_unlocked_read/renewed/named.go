package renewed

import "sync"

type backend struct{ size int }

type server struct {
	be   *backend
	bemu sync.Mutex
	once *backend
	onceMu sync.Mutex
}

type adapter struct {
	*server
}

// Reduced from etcd-io/etcd 836bd6bc3a: the lock is named after what it guards.
func (s *server) applySnapshot(b *backend) {
	s.bemu.Lock()
	s.be = open(b.size)
	s.bemu.Unlock()
}

func open(size int) *backend { return &backend{size} }

func (s *server) Backend() *backend {
	s.bemu.Lock()
	defer s.bemu.Unlock()
	return s.be
}

func (a *adapter) SizeBad() int {
	return a.be.size // want "`be` is read without `bemu`, while `server.applySnapshot` changes it under that lock"
}

// It is made once and stays.
func (s *server) load() {
	s.onceMu.Lock()
	defer s.onceMu.Unlock()
	s.once = open(1)
}

func (s *server) OnceOk() int {
	return s.once.size
}
