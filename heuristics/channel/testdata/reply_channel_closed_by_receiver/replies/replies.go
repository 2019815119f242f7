// Package replies: minio fe3e47b1e8 is a bug of the second shape.
package replies

import (
	"context"
	"io"
)

type request struct{ reply chan int }

type server struct{ requests chan *request }

func (s *server) serve() {
	for r := range s.requests {
		r.reply <- 1
	}
}

func (s *server) AskBad(ctx context.Context) (int, error) {
	reply := make(chan int)
	defer close(reply) // want "`reply` was handed out and is closed here while the other side may still send"
	s.requests <- &request{reply: reply}
	select {
	case v := <-reply:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

type stream struct{ done chan error }

func (s *stream) CloseWithError(err error) {
	s.done <- err
	<-s.done
}

func NewStreamBad(w io.Writer, ticks chan int) *stream {
	done := make(chan error)
	s := stream{done: done}
	go func() {
		defer close(done) // want "`done` was handed out and is closed here while the other side may still send"
		for {
			select {
			case <-ticks:
				if _, err := w.Write(nil); err != nil {
					return
				}
			case <-done:
				return
			}
		}
	}()
	return &s
}
