// Package once lets a timer or the call itself answer, not both.
package once

import (
	"errors"
	"sync"
	"time"
)

func answerOk(limit time.Duration, work func() error, write func(error)) {
	var answered sync.Once
	var err error
	var timer *time.Timer
	if limit > 0 {
		timer = time.AfterFunc(limit, func() {
			answered.Do(func() {
				err = errors.New("too late")
				write(err)
			})
		})
	}
	result := work()
	if timer != nil {
		timer.Stop()
	}
	answered.Do(func() {
		err = result
		write(err)
	})
}
