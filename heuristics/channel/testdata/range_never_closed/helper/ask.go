package helper

import (
	"sync"

	"example.com/helper/safely"
)

func ask(n int) int { return n }

func askOk(all []int) int {
	ch := make(chan int, len(all))
	var wg sync.WaitGroup
	for _, n := range all {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- ask(n)
		}()
	}
	first := <-ch
	go func() {
		wg.Wait()
		safely.Close(ch)
		for range ch {
		}
	}()
	return first
}

func askBad(all []int) int {
	ch := make(chan int, len(all)) // want "^Nobody closes `ch`, so the workers ranging over it never end.$"
	var wg sync.WaitGroup
	for _, n := range all {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- ask(n)
		}()
	}
	first := <-ch
	go func() {
		wg.Wait()
		println(safely.Name(ch))
		for range ch {
		}
	}()
	return first
}
