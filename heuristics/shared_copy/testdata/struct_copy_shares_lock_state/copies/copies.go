package copies

import (
	"maps"
	"sync"
)

type State struct {
	mu     sync.Mutex
	values map[string]int
	name   string
}

func (s *State) Set(name string, value int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[name] = value
}

func (s *State) SnapshotBad() *State {
	snapshot := *s // want "^Copying `s` copies its `mu` and aliases `values`: two locks now guard one value.$"
	return &snapshot
}

func (s *State) RenameBad(name string) *State {
	renamed := *s // want "Copying `s` copies its `mu` and aliases `values`"
	renamed.name = name
	return &renamed
}

// The copy stays here: listed only.
func (s *State) sum() int {
	c := *s // want(all) "Copying `s` copies its `mu` and aliases `values`"
	total := 0
	for _, value := range c.values {
		total += value
	}
	return total
}

func (s *State) CloneOk() *State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &State{values: maps.Clone(s.values), name: s.name}
}

// Both are reset.
func (s *State) ResetOk() *State {
	c := *s
	c.mu = sync.Mutex{}
	c.values = map[string]int{}
	return &c
}

// new-lock-shared-state says it more specifically.
func (s *State) FreshOk() *State {
	c := *s
	c.mu = sync.Mutex{}
	return &c
}

// T13: only replaced as a whole.
type Replaced struct {
	mu     sync.Mutex
	values map[string]int
}

func (r *Replaced) Set(values map[string]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.values = values
}

func (r *Replaced) CopyOk() *Replaced {
	c := *r
	return &c
}

// T10: a copy of what the function has just made.
func newOk() *State {
	draft := State{values: map[string]int{}}
	c := draft
	return &c
}

// Reduced from etcd-io/etcd before abbefc9e25: each stream gets a copy of the groups, with its own mutex.
type proxy struct {
	groups State
}

type stream struct {
	groups State
	id     int
}

func (p *proxy) watchBad(id int) *stream {
	return &stream{groups: p.groups, id: id} // want "Copying `p.groups` copies its `mu` and aliases `values`"
}

func newProxyOk() *proxy {
	groups := State{values: map[string]int{}}
	return &proxy{groups: groups}
}

// The change in place is in a helper whose callers hold the lock.
type board struct {
	mu    sync.Mutex
	lines map[int]string
}

func (b *board) Write(line int, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.put(line, text)
}

func (b *board) put(line int, text string) { b.lines[line] = text }

func (b *board) helperBad() *board {
	c := *b // want "Copying `b` copies its `mu` and aliases `lines`"
	return &c
}
