// Package stats gathers what containers use.
package stats

import "sync"

// Source is a container that can be asked.
type Source interface {
	Bytes() uint64
}

// Collect asks all containers at once.
func Collect(sources []Source) []uint64 {
	var wg sync.WaitGroup
	found := make([]uint64, len(sources))

	for i, source := range sources {
		go func(i int, source Source) {
			wg.Add(1)
			defer wg.Done()
			found[i] = source.Bytes()
		}(i, source)
	}
	wg.Wait()

	return found
}
