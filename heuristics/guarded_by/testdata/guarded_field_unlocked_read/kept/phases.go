package kept

import "sync"

type job struct {
	mu    sync.Mutex
	group sync.WaitGroup
	files map[string]bool
	timer *int
}

func (j *job) note(name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.files[name] = true
}

func (j *job) forget(name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.files, name)
}

func (j *job) known(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.files[name]
}

func (j *job) Run(names []string) int {
	for _, name := range names {
		j.group.Add(1)
		go func() {
			defer j.group.Done()
			j.note(name)
			j.forget(name)
		}()
	}
	j.finish()
	return j.restOk()
}

func (j *job) finish() {
	j.group.Wait()
}

// All goroutines have ended when the only caller comes here (trap T18).
func (j *job) restOk() int {
	j.mu.Lock()
	count := len(j.files)
	j.mu.Unlock()
	for name := range j.files {
		count += len(name)
	}
	return count
}

type sink struct {
	mu     sync.Mutex
	ticker *int
	begun  bool
}

func (s *sink) Write() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun {
		s.begin()
	}
}

// The lock is the caller's.
func (s *sink) begin() {
	s.ticker = new(int)
	s.begun = true
}

// Reduced from grpc/grpc-go before 65cabd74d8.
func (s *sink) Close() {
	if s.ticker != nil { // want "`ticker` is read without `mu`, while `sink.begin` changes it under that lock."
		*s.ticker = 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = false
}
