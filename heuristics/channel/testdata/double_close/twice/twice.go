// Package twice: grpc-go 9373e5cb26 and rclone b5faaf7116, 6b9e4f939d are bugs of these shapes.
package twice

import (
	"errors"
	"sync"
)

type run struct {
	mu    sync.Mutex
	abort chan struct{}
	drain chan struct{}
	err   error
	jobs  chan int
}

func fatal(err error) bool { return err != nil }

func (r *run) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if fatal(err) {
		close(r.abort) // want "`r.abort` can be closed twice, which panics"
	}
	r.err = err
}

func (r *run) work() {
	for range r.jobs {
		r.fail(errors.New("no"))
	}
}

func (r *run) handle(last bool) {
	if last && r.drain != nil {
		close(r.drain) // want "`r.drain` can be closed twice, which panics"
	}
}

func (r *run) dispatch(last bool) { r.handle(last) }

func (r *run) read() {
	for job := range r.jobs {
		r.dispatch(job == 0)
	}
}

func DrainersBad(answers chan int, n int) int {
	var found int
	for i := 0; i < n; i++ {
		found = <-answers
		if found > 0 {
			go func(rest int) {
				defer close(answers) // want "`answers` can be closed twice, which panics"
				for i := 0; i < rest; i++ {
					<-answers
				}
			}(n - 1 - i)
		}
	}
	return found
}

func DeferredAndBad(fail bool) {
	done := make(chan struct{})
	defer close(done)
	if fail {
		close(done) // want "`done` can be closed twice, which panics"
	}
}
