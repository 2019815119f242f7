package registered

import "net/http"

// Server answers requests; it is safe for concurrent use.
type Server struct {
	handlers []func(string)
	last     *string
}

// AppendNameHandlers registers what is called with each name.
func (s *Server) AppendNameHandlers(f func(string)) {
	s.handlers = append(s.handlers, f)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.last = new(string) // want "`Server.last` is assigned without a lock"
	for _, f := range s.handlers {
		f(r.URL.Path)
	}
}
