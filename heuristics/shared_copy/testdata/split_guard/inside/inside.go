package inside

import "sync"

type track struct {
	mu sync.Mutex
	id string
}

// The lock of an element guards the element, not the slice that it stands in.
type receiver struct {
	mu     sync.Mutex
	tracks []*track
}

func (r *receiver) add(t *track) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tracks = append(r.tracks, t)
}

func (r *receiver) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tracks = nil
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.tracks)
}

func renameOk(r *receiver, name string) {
	for i := range r.tracks {
		r.tracks[i].mu.Lock()
		r.tracks[i].id = name
		r.tracks[i].mu.Unlock()
	}
}
