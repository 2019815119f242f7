// Reduced from grpc/grpc-go@069ed42115 (Lock where Unlock was meant); the code is written anew.
package again

import "sync"

type server struct {
	mu    sync.Mutex
	conns map[string]bool
}

func (s *server) drainBad() {
	s.mu.Lock()
	if s.conns == nil {
		s.mu.Lock() // want "`s.mu` is already held here; locking it again deadlocks this goroutine"
		return
	}
	s.conns = nil
	s.mu.Unlock()
}

func (s *server) addBad(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		s.conns = map[string]bool{}
	}
	s.mu.Lock() // want "`s.mu` is already held here"
	s.conns[name] = true
}

type table struct {
	sync.RWMutex
	rows []int
}

func (t *table) lenBad() int {
	t.Lock()
	t.rows = nil
	t.RLock() // want "`t` is already held here"
	n := len(t.rows)
	t.RUnlock()
	t.Unlock()
	return n
}

var (
	registryMu sync.Mutex
	registry   = map[string]int{}
)

func registerBad(name string) {
	registryMu.Lock()
	func() {
		registryMu.Lock() // want "`registryMu` is already held here"
		defer registryMu.Unlock()
		registry[name]++
	}()
	registryMu.Unlock()
}
