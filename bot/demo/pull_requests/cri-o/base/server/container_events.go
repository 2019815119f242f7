package server

import "demo.local/cri-o/api"

// GetContainerEvents sends events to a client until it goes away or the server stops.
func (s *Server) GetContainerEvents(stream api.EventStream) error {
	if !s.config.EnableEvents {
		return nil
	}

	for event := range s.events {
		if err := stream.Send(&event); err != nil {
			return err
		}
	}

	return nil
}
