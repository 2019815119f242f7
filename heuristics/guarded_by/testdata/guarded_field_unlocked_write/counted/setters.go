package counted

import "sync"

type sink struct {
	mu     sync.Mutex
	target func(string)
	names  []string
	seen   *set
}

type set struct{ members map[string]bool }

func (s *set) add(name string)      { s.members[name] = true }
func (s *set) has(name string) bool { return s.members[name] }

func (s *sink) Put(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = append(s.names, name)
	s.seen.add(name)
}

func (s *sink) Flush() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := s.names
	s.names = nil
	s.seen.add("")
	return names
}

func (s *sink) Seen(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.has(name)
}

// A value that is handed in when all is set up (trap T10).
func (s *sink) SetNamesOk(names []string) {
	s.names = names
}

// A method of the field changes a map inside it.
func (s *sink) MarkBad(name string) {
	s.seen.add(name) // want "`seen` is accessed under `mu` in .+ of .+ places; this write is not"
}

// It makes the whole object new (trap T10).
type counters struct {
	mu            sync.Mutex
	a, b, c, d, e int
}

func (c *counters) Up() {
	c.mu.Lock()
	c.a++
	c.b++
	c.mu.Unlock()
}

func (c *counters) Down() {
	c.mu.Lock()
	c.a--
	c.b--
	c.mu.Unlock()
}

func (c *counters) resetOk() {
	c.a = 0
	c.b = 0
	c.c = 0
	c.d = 0
	c.e = 0
}

// The function makes the object and keeps it while a method gives it back.
func makeOk() *sink {
	s := &sink{seen: &set{}}
	s, err := s.openOk()
	if err != nil {
		return nil
	}
	return s
}

func (s *sink) openOk() (*sink, error) {
	s.names = []string{"first"}
	return s, nil
}
