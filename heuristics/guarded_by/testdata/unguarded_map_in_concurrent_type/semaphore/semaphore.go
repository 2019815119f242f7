package semaphore

import (
	"context"
	"net/http"

	"golang.org/x/sync/semaphore"
)

// One at a time holds the token.
type recorder struct {
	token     *semaphore.Weighted
	listeners map[string]int
	seen      map[string]int
}

func (r *recorder) recordOk(ctx context.Context, name string) error {
	if err := r.token.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.token.Release(1)
	r.listeners[name]++
	return nil
}

func (r *recorder) countBad(name string) {
	r.seen[name]++ // want "`recorder.seen` is changed"
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.countBad(request.URL.Path)
	if err := r.recordOk(request.Context(), request.URL.Path); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}
