package traps

import "sync"

func process(name string) {}

func countedOk(names []string) {
	var wg sync.WaitGroup
	tokens := make(chan struct{}, 4)
	for _, name := range names {
		tokens <- struct{}{}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-tokens }()
			process(name)
		}()
	}
	wg.Wait()
}

// The channel is filled up: all tokens are back.
func filledOk(names []string, other func()) {
	var wg sync.WaitGroup
	tokens := make(chan struct{}, 4)
	wg.Add(1)
	go func() {
		defer wg.Done()
		other()
	}()
	for _, name := range names {
		tokens <- struct{}{}
		go func() {
			defer func() { <-tokens }()
			process(name)
		}()
	}
	for i := 0; i < cap(tokens); i++ {
		tokens <- struct{}{}
	}
	wg.Wait()
}

// Results are collected.
func resultsOk(names []string, other func()) {
	var wg sync.WaitGroup
	tokens := make(chan struct{}, 4)
	results := make(chan string)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for range names {
			println(<-results)
		}
	}()
	for _, name := range names {
		tokens <- struct{}{}
		go func() {
			results <- name
			<-tokens
		}()
	}
	wg.Wait()
}

type server struct{ tokens chan struct{} }

// The tokens belong to the server, which outlives the call.
func (s *server) fieldOk(names []string, other func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		other()
	}()
	for _, name := range names {
		s.tokens <- struct{}{}
		go func() {
			defer func() { <-s.tokens }()
			process(name)
		}()
	}
	wg.Wait()
}
