package socket

import (
	"context"
	"net/http"
)

// It keeps the values of a context, and ends when its channel is closed.
type detached struct {
	context.Context
	end <-chan struct{}
}

func (d detached) Done() <-chan struct{} { return d.end }

func detach(ctx context.Context, end <-chan struct{}) context.Context {
	return detached{Context: ctx, end: end}
}

type named struct {
	context.Context
	name string
}

func name(ctx context.Context, name string) context.Context {
	return named{Context: ctx, name: name}
}

func serve(ctx context.Context) { <-ctx.Done() }

type handler struct{}

func (h handler) WrappedOk(w http.ResponseWriter, r *http.Request) {
	go func() {
		end := make(chan struct{})
		defer close(end)
		serve(detach(r.Context(), end))
	}()
}

func (h handler) NamedBad(w http.ResponseWriter, r *http.Request) {
	go func() {
		serve(name(r.Context(), "socket")) // want "outlives the request"
	}()
}

// No context, although it has a Done.
type session struct{ end chan struct{} }

func (s *session) Done() <-chan struct{} { return s.end }

func open(ctx context.Context) *session {
	serve(ctx)
	return &session{}
}

func (h handler) SessionBad(w http.ResponseWriter, r *http.Request) {
	go func() {
		open(r.Context()) // want "outlives the request"
	}()
}
