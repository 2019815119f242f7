// Bugs of these shapes: etcd 7b7feb46fc, grpc-go eada4fb145 and 1263ed4d2e, memberlist a4d59f35a8.
package answers

import (
	"context"
	"errors"
	"time"
)

func compute(n int) (int, error) { return n, nil }

func TimeoutBad(ctx context.Context, n int) (int, error) {
	result := make(chan int) // want "If this select leaves by timeout or cancellation, the goroutine stays blocked sending on `result`"
	go func() {
		v, err := compute(n)
		if err != nil {
			result <- -1
			return
		}
		result <- v
	}()
	select {
	case v := <-result:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func EarlyReturnBad(ready <-chan bool) bool {
	fallback := make(chan bool) // want "stays blocked sending on `fallback`"
	if ready != nil {
		go func() {
			defer close(fallback)
			if _, err := compute(1); err == nil {
				fallback <- true
			}
		}()
	} else {
		close(fallback)
	}
	select {
	case <-ready:
		return true
	case <-time.After(time.Second):
	}
	return <-fallback
}

type question struct{ reply chan int }

type server struct {
	queue []*question
	done  chan struct{}
}

func (s *server) put(q *question) { s.queue = append(s.queue, q) }

func (s *server) answer() {
	for _, q := range s.queue {
		q.reply <- 1
	}
}

func (s *server) AskBad() (int, error) {
	reply := make(chan int) // want "stays blocked sending on `reply`"
	s.put(&question{reply})
	select {
	case v := <-reply:
		return v, nil
	case <-s.done:
		return 0, errors.New("closed")
	}
}

func (s *server) RoundsBad() {
	for {
		finished := make(chan bool) // want "stays blocked sending on `finished`"
		go func() { finished <- true }()
		select {
		case <-s.done:
			return
		case <-finished:
		}
	}
}
