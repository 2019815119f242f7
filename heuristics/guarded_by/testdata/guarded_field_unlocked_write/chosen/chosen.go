// Package chosen takes locks where a caller, an option or the order of the slots says so.
package chosen

import "sync"

type stream struct {
	mu     sync.Mutex
	fixed  bool
	chunks []string
	count  int
}

func (s *stream) Flush() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	flushed := s.chunks
	s.chunks = nil
	s.count++
	return flushed
}

func (s *stream) Last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return s.chunks[len(s.chunks)-1]
}

func (s *stream) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.chunks) + s.count
}

// If lock is false, the caller holds the lock.
func (s *stream) PushOk(chunk string, lock bool) {
	if lock {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	s.chunks = append(s.chunks, chunk)
	s.cutOk()
}

func (s *stream) cutOk() {
	s.chunks = append(s.chunks, "")
}

// A stream that is fixed has one user.
func (s *stream) AppendOk(chunk string) {
	if !s.fixed {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	s.chunks = append(s.chunks, chunk)
}

// What was found in the data is no choice.
func (s *stream) AddBad(chunks []string) {
	for _, chunk := range chunks {
		if chunk == "" {
			s.mu.Lock()
			defer s.mu.Unlock()
			break
		}
	}
	s.chunks = append(s.chunks, chunks...) // want "`chunks` is accessed under `mu`"
}

func (s *stream) CountBad(chunk string) {
	s.mu.Lock()
	s.chunks = append(s.chunks, chunk)
	s.mu.Unlock()
	s.count++ // want "`count` is accessed under `mu`"
}

type slot struct {
	mu    sync.Mutex
	nodes map[uint64]string
}

type slots struct {
	slots []slot
}

// The hashes of one slot follow each other: its lock was taken for the first.
func (s *slots) AddOk(hashes []uint64, node string) {
	last := -1
	for _, hash := range hashes {
		at := int(hash) % len(s.slots)
		if last != at {
			s.slots[at].mu.Lock()
			last = at
		}
		s.slots[at].nodes[hash] = node
	}
	last = -1
	for _, hash := range hashes {
		at := int(hash) % len(s.slots)
		if last != at {
			s.slots[at].mu.Unlock()
			last = at
		}
	}
}

func (s *slots) Remove(hash uint64) {
	at := int(hash) % len(s.slots)
	s.slots[at].mu.Lock()
	defer s.slots[at].mu.Unlock()
	delete(s.slots[at].nodes, hash)
}

func (s *slots) Get(hash uint64) string {
	at := int(hash) % len(s.slots)
	s.slots[at].mu.Lock()
	defer s.slots[at].mu.Unlock()
	return s.slots[at].nodes[hash]
}

func (s *slots) Has(hash uint64) bool {
	at := int(hash) % len(s.slots)
	s.slots[at].mu.Lock()
	defer s.slots[at].mu.Unlock()
	_, ok := s.slots[at].nodes[hash]
	return ok
}
