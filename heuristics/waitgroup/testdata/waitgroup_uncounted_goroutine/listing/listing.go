// Goes back to minio/minio before 7e248fc0ba: the listing is counted, the workers that it starts are not.
package listing

import "sync"

func list(each func(string)) error { return nil }

func drainBad(pools []string, workers int) {
	var wg sync.WaitGroup
	tokens := make(chan struct{}, workers)
	for range pools {
		move := func(name string) {
			defer func() {
				<-tokens
			}()
			println(name)
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			list(func(name string) {
				tokens <- struct{}{}
				go move(name) // want "^The goroutine is not counted in `wg`, so Wait returns while it still runs.$"
			})
		}()
	}
	wg.Wait()
}
