// Package ways: etcd cb9a3e04b1, grpc-go 7cc213310c and go-libp2p ca6ded2a81 are bugs of these shapes.
package ways

import (
	"context"
	"errors"
	"os"
	"time"
)

func use(ctx context.Context) error { return ctx.Err() }

func OverwrittenBad(parent context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithCancel(parent) // want "`cancel` is not called on this path; the context lives on"
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(parent, timeout)
	}
	defer cancel()
	return use(ctx)
}

func EitherOk(parent context.Context, timeout time.Duration) error {
	var ctx context.Context
	var cancel context.CancelFunc
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(parent, timeout)
	} else {
		ctx, cancel = context.WithCancel(parent)
	}
	defer cancel()
	return use(ctx)
}

func RoundsBad(parent context.Context) {
	for i := 0; i < 3; i++ {
		ctx, cancel := context.WithTimeout(parent, time.Second) // want "`cancel` is not called on (this path|some paths); the context (lives|and its timer live) on"
		if use(ctx) != nil {
			continue
		}
		cancel()
	}
}

type stream struct {
	id     int
	ctx    context.Context
	cancel context.CancelFunc
}

type server struct{ streams map[int]*stream }

func (s *server) OpenBad(parent context.Context, id int) (*stream, error) {
	st := &stream{id: id}
	st.ctx, st.cancel = context.WithTimeout(parent, time.Second) // want "`st.cancel` is not called on (this path|some paths); the context (lives|and its timer live) on"
	if id%2 != 1 {
		return nil, errors.New("bad id")
	}
	s.streams[st.id] = st
	return st, nil
}

func (s *server) OpenOk(parent context.Context, id int) (*stream, error) {
	st := &stream{id: id}
	s.streams[id] = st
	st.ctx, st.cancel = context.WithTimeout(parent, time.Second)
	if id%2 != 1 {
		return nil, errors.New("bad id")
	}
	return st, nil
}

func (s *server) CancelledOk(parent context.Context, id int) (*stream, error) {
	st := &stream{id: id}
	st.ctx, st.cancel = context.WithTimeout(parent, time.Second)
	if id%2 != 1 {
		st.cancel()
		return nil, errors.New("bad id")
	}
	return st, nil
}

func DroppedListed(fail bool) (*stream, error) {
	st := &stream{}
	st.ctx, st.cancel = context.WithCancel(context.Background()) // want(all) "`st.cancel` is not called on (this path|some paths); the context (lives|and its timer live) on"
	if fail {
		return nil, errors.New("no")
	}
	return st, nil
}

func ReturnedOk(parent context.Context, fail bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, cancel
}

func StoredOk(parent context.Context, st *stream) {
	ctx, cancel := context.WithCancel(parent)
	st.ctx, st.cancel = ctx, cancel
}

func CapturedOk(parent context.Context, later func(func())) {
	ctx, cancel := context.WithCancel(parent)
	later(func() { cancel() })
	_ = use(ctx)
}

func MeantOk(parent context.Context, ready bool) context.Context {
	ctx, cancel := context.WithCancel(parent) //nolint:govet // the stream outlives this call
	if !ready {
		cancel()
	}
	return ctx
}

func ExitOk(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	if use(ctx) != nil {
		os.Exit(1)
	}
	cancel()
	return nil
}

func TestedAgainOk(parent context.Context, limit bool) error {
	var cancel context.CancelFunc
	ctx := parent
	if limit {
		ctx, cancel = context.WithTimeout(parent, time.Second)
	}
	err := use(ctx)
	if limit {
		cancel()
	}
	return err
}
