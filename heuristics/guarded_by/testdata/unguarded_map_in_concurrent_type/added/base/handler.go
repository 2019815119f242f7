package added

import "net/http"

type handler struct {
	next http.Handler
}

func newHandler(next http.Handler) *handler {
	return &handler{next: next}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.next.ServeHTTP(w, r)
}
