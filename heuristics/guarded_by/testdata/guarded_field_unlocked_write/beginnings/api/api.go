package api

import "example.org/beginnings/filter"

type Server struct {
	filter filter.Filter
}

func (s *Server) Check(names []string) {
	made := filter.New()
	made.Verify(names)
}

func (s *Server) Reload(names []string) {
	s.filter.Renew(names)
}
