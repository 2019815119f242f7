package mutators

import (
	"bytes"
	"sync"
)

// Every worker writes to the one buffer.
func CollectBad(lines []string) string {
	var out bytes.Buffer
	var wg sync.WaitGroup
	for _, line := range lines {
		wg.Add(1)
		go func(line string) {
			defer wg.Done()
			out.WriteString(line) // want "Goroutines started in this loop all change `out` without synchronisation"
		}(line)
	}
	wg.Wait()
	return out.String()
}

// A lock keeps the workers apart.
func CollectOk(lines []string) string {
	var out bytes.Buffer
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, line := range lines {
		wg.Add(1)
		go func(line string) {
			defer wg.Done()
			mu.Lock()
			out.WriteString(line)
			mu.Unlock()
		}(line)
	}
	wg.Wait()
	return out.String()
}
