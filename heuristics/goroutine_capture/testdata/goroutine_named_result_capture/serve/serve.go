// Reduced from rclone/rclone at 6092fa57c3 (media server) and cli/cli (connection with a deadline).

package work

import (
	"context"
	"errors"
	"log"
)

type server struct{}

func (s *server) listen() error { return nil }

func (s *server) run() error { return errors.New("closed") }

func (s *server) startBad() (err error) {
	err = s.listen()
	if err != nil {
		return
	}
	go func() {
		err = s.run() // want "The goroutine writes the named result `err` while `return` may write it, too"
		if err != nil {
			log.Print(err)
		}
	}()
	return nil
}

func (s *server) deadlineBad(ctx context.Context) (size int, err error) {
	done := make(chan error, 1)
	go func() {
		size = 1 // want "the named result `size`"
		done <- s.run()
	}()
	select {
	case err := <-done:
		return size, err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (s *server) ownOk() (err error) {
	go func() {
		err := s.run()
		log.Print(err)
	}()
	return nil
}

// Trap T18: every return comes after the join.
func (s *server) joinedOk() (err error) {
	done := make(chan struct{})
	go func() {
		err = s.run()
		close(done)
	}()
	<-done
	return err
}

// Trap T18: a return without values, after the join.
func (s *server) bareOk() (err error) {
	done := make(chan struct{})
	go func() {
		err = s.run()
		close(done)
	}()
	<-done
	return
}

// The result belongs to the launched literal.
func (s *server) innerOk() (err error) {
	go func() (err error) {
		err = s.run()
		return err
	}()
	return nil
}
