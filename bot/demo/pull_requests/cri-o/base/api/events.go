// Package api is what clients speak with the server.
package api

// Event tells that something happened to a container.
type Event struct {
	Container string
	Kind      string
}

// EventStream takes events to one client.
type EventStream interface {
	Send(event *Event) error
}
