package starting

import "sync"

// A factory is made under the lock, and whatever it calls runs under it.
type scheduler struct {
	mu       sync.Mutex
	outgoing map[int][]int
}

type factory struct {
	s *scheduler
	n int
}

type unparker interface{ unpark(f *factory) }

func (s *scheduler) dispatch(u unparker, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &factory{s: s, n: n}
	u.unpark(f)
	if len(s.outgoing[n]) == 0 {
		delete(s.outgoing, n)
	}
}

func (s *scheduler) merge(to, from int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outgoing[to] = append(s.outgoing[to], s.outgoing[from]...)
}

func (s *scheduler) count(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.outgoing[n])
}

func (f *factory) Request(r int) { f.s.requestOk(f.n, r) }

func (s *scheduler) requestOk(n, r int) {
	s.outgoing[n] = append(s.outgoing[n], r)
}
