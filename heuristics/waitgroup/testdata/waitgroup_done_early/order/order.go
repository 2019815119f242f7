package order

import (
	"fmt"
	"sync"
)

func work() error { return nil }

func defersBad() error {
	var wg sync.WaitGroup
	var err error
	wg.Add(1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%v", r)
			}
		}()
		defer wg.Done() // want "^Done runs before `err` is written \(defer order\), so the waiter reads too early.$"
		work()
	}()
	wg.Wait()
	return err
}

func statementsBad(n int) []error {
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			err := work()
			wg.Done() // want "^Done runs before `errs\[i\]` is written, so the waiter reads too early.$"
			errs[i] = err
		}(i)
	}
	wg.Wait()
	return errs
}
