package server

import (
	"errors"
	"io"
	"sync"

	"demo.local/cri-o/api"
)

// eventClient is one client that watches events.
type eventClient struct {
	wg  sync.WaitGroup
	err error
}

// GetContainerEvents sends events to a client until it goes away or the server stops.
func (s *Server) GetContainerEvents(stream api.EventStream) error {
	if !s.config.EnableEvents {
		return nil
	}

	s.broadcasting.Do(func() {
		go s.broadcastEvents()
	})

	client := &eventClient{}
	s.eventClients.Store(stream, client)
	client.wg.Add(1)

	// Stay here until nothing more is to be sent to this client.
	client.wg.Wait()
	s.eventClients.Delete(stream)

	return client.err
}

func (s *Server) broadcastEvents() {
	// Let all clients go when the server stops.
	defer s.eventClients.Range(func(_, value any) bool {
		client, ok := value.(*eventClient)
		if !ok {
			return true
		}
		client.wg.Done()

		return true
	})

	for event := range s.events {
		s.eventClients.Range(func(key, value any) bool {
			stream, ok := key.(api.EventStream)
			if !ok {
				return true
			}

			client, ok := value.(*eventClient)
			if !ok {
				return true
			}

			if err := stream.Send(&event); err != nil {
				// A client that closes its stream is nothing to report.
				if !errors.Is(err, io.EOF) {
					client.err = err
				}
				client.wg.Done()
			}

			return true
		})
	}
}
