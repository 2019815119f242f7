package handlers

import (
	"context"
	"net/http"
	"sync"
)

type server struct{ wg sync.WaitGroup }

func audit(ctx context.Context, path string) {}

func (s *server) ArgumentBad(w http.ResponseWriter, r *http.Request) {
	go audit(r.Context(), r.URL.Path) // want "The goroutine outlives the request but uses its context, so it is cancelled at once"
}

func (s *server) LiteralBad(w http.ResponseWriter, r *http.Request) {
	go func() {
		audit(r.Context(), r.URL.Path) // want "outlives the request"
	}()
	w.WriteHeader(http.StatusAccepted)
}

func (s *server) DetachedOk(w http.ResponseWriter, r *http.Request) {
	go audit(context.WithoutCancel(r.Context()), r.URL.Path)
}

func (s *server) OwnContextOk(w http.ResponseWriter, r *http.Request) {
	go audit(context.Background(), r.URL.Path)
}

func (s *server) JoinedOk(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		audit(r.Context(), r.URL.Path)
	}()
	wg.Wait()
}

func (s *server) ReceivedOk(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() {
		audit(r.Context(), r.URL.Path)
		close(done)
	}()
	<-done
}

func (s *server) ListenerOk(w http.ResponseWriter, r *http.Request) {
	go func() {
		<-r.Context().Done()
		s.wg.Done()
	}()
}

func NoHandlerOk(ctx context.Context) {
	go audit(ctx, "")
}
