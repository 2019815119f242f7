package phases

import "sync"

type stream interface{ Recv() (string, error) }

// The stream is there before the goroutine that reads from it.
type link struct {
	mu     sync.Mutex
	state  int
	stream stream
	got    chan string
}

func (l *link) Open(s stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.handleOpen(s)
}

func (l *link) handleOpen(s stream) {
	l.stream = s
	l.state = 1
	go l.readOk()
}

func (l *link) Stream() stream {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stream
}

func (l *link) Live() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stream != nil && l.state == 1
}

func (l *link) readOk() {
	for {
		text, err := l.stream.Recv()
		if err != nil {
			return
		}
		l.got <- text
	}
}

// The tracks are complete when the channel is closed.
type receiver struct {
	mu       sync.Mutex
	tracks   []string
	received chan struct{}
	closed   chan struct{}
}

func (r *receiver) Configure(names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range names {
		r.tracks = append(r.tracks, name)
	}
	close(r.received)
}

func (r *receiver) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tracks = nil
}

func (r *receiver) Tracks() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.tracks)
}

func (r *receiver) FirstOk() string {
	select {
	case <-r.received:
		if len(r.tracks) > 1 {
			return ""
		}
		return r.tracks[0]
	case <-r.closed:
		return ""
	}
}

func (r *receiver) LastBad() string {
	select {
	case <-r.received:
	case <-r.closed:
	}
	return r.name()
}

func (r *receiver) name() string { return "" }

func (r *receiver) SecondBad() string {
	return r.tracks[1] // want "`tracks` is read without `mu`"
}
