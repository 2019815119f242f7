package work

// Reduced from seaweedfs/seaweedfs, weed/pb: readers run in goroutines, and what they read is handed on in turn.
func merged(names []string, read func(string) int, handle func(int)) {
	results := make(chan int)
	for _, name := range names {
		go func(name string) { results <- read(name) }(name)
	}
	for range names {
		handle(<-results)
	}
}

func outer(names []string, read func(string) int, handle func(int)) {
	merged(names, read, handle)
}

func inTurnMergedOk(rounds [][]string) int {
	sum := 0
	reader := func(name string) int { return len(name) }
	for _, names := range rounds {
		outer(names, reader, func(size int) {
			sum += size
		})
	}
	return sum
}

func readersBad(rounds [][]string) int {
	asked := 0
	for _, names := range rounds {
		outer(names, func(name string) int {
			asked++ // want "all assign `asked`"
			return len(name)
		}, func(size int) {})
	}
	return asked
}
