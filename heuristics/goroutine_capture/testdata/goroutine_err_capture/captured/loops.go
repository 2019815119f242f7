package work

import "context"

// The loop gets its work from a channel; to take the next piece is not to wait for the goroutine of the last.
func feedBad(jobs chan string) {
	var err error
	for job := range jobs {
		go func() {
			if err = ping(job); err != nil { // want "`err` is shared"
				println(job)
			}
		}()
	}
}

type queue struct{ jobs chan string }

func (q *queue) selectBad(ctx context.Context) {
	var err error
	for {
		var job string
		select {
		case <-ctx.Done():
			return
		case job = <-q.jobs:
		}
		go func() {
			err = ping(job) // want "`err` is shared"
			if err != nil {
				println(job)
			}
		}()
	}
}

// Trap T18: the goroutine answers on the channel, and the next round begins with the answer.
func answerOk(host string, rounds chan string) {
	var err error
	for job := range rounds {
		go func() {
			err = ping(host)
			rounds <- job
		}()
	}
}

// The call that runs the literal may have returned before it ended, and gives err its own result.
func lateBad(ctx context.Context, host string) error {
	var err error
	err = timed(ctx, func() error {
		err = ping(host) // want "`err` is shared"
		return err
	})
	return err
}

func timed(ctx context.Context, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
