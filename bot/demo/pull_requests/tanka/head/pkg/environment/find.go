package environment

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"demo.local/tanka/pkg/jsonnet"
)

// FindOptions narrow a search.
type FindOptions struct {
	Jsonnet     jsonnet.Options
	Labels      map[string]string
	Parallelism int
}

type findResult struct {
	envs []*Environment
	err  error
}

// Find returns all environments below root.
func Find(root string, opts FindOptions) ([]*Environment, error) {
	files, err := mainFiles(root)
	if err != nil {
		return nil, err
	}

	jobs := make(chan string, len(files))
	results := make(chan findResult)

	for i := 0; i < opts.Parallelism; i++ {
		go func() {
			for file := range jobs {
				envs, err := List(file, Options{Jsonnet: opts.Jsonnet})
				if err != nil {
					results <- findResult{err: fmt.Errorf("%s: %w", file, err)}
					continue
				}
				results <- findResult{envs: matching(envs, opts.Labels)}
			}
		}()
	}

	for _, file := range files {
		jobs <- file
	}
	close(jobs)

	var (
		found []*Environment
		errs  []error
	)
	for range files {
		result := <-results
		found = append(found, result.envs...)
		errs = append(errs, result.err)
	}

	return found, errors.Join(errs...)
}

func matching(envs []*Environment, labels map[string]string) []*Environment {
	var kept []*Environment
	for _, env := range envs {
		fits := true
		for key, value := range labels {
			fits = fits && env.Labels[key] == value
		}
		if fits {
			kept = append(kept, env)
		}
	}

	return kept
}

func mainFiles(root string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "main.jsonnet" {
			files = append(files, path)
		}

		return err
	})

	return files, err
}
