package environment

import (
	"errors"
	"sync"
)

// LoadAll loads the environments at several paths side by side.
func LoadAll(paths []string, opts Options, parallelism int) ([]*Environment, error) {
	jobs := make(chan int)
	loaded := make([]*Environment, len(paths))
	errs := make([]error, len(paths))

	var wg sync.WaitGroup
	for i := 0; i < parallelism; i++ {
		own := Options{Jsonnet: opts.Jsonnet.Clone(), Name: opts.Name}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs {
				loaded[job], errs[job] = Load(paths[job], own)
			}
		}()
	}

	for job := range paths {
		jobs <- job
	}
	close(jobs)
	wg.Wait()

	return loaded, errors.Join(errs...)
}
