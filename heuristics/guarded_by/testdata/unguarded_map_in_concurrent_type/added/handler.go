package added

import "net/http"

type handler struct {
	next http.Handler
	hits map[string]int
}

func newHandler(next http.Handler) *handler {
	return &handler{next: next, hits: map[string]int{}}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.countBad(r.URL.Path)
	h.next.ServeHTTP(w, r)
}

func (h *handler) countBad(path string) {
	h.hits[path]++ // want "`handler.hits` is changed in `handler.ServeHTTP`, which runs once per request, and `handler` has no lock"
}
