package early

import (
	"context"
	"errors"
)

func use(ctx context.Context) error { return ctx.Err() }

func EarlyBad(parent context.Context, ready bool) error {
	ctx, cancel := context.WithCancel(parent) // want "`cancel` is not called on (this path|some paths); the context (lives|and its timer live) on"
	if !ready {
		return errors.New("not ready")
	}
	err := use(ctx)
	cancel()
	return err
}
