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
	Jsonnet jsonnet.Options
	Labels  map[string]string
}

// Find returns all environments below root.
func Find(root string, opts FindOptions) ([]*Environment, error) {
	files, err := mainFiles(root)
	if err != nil {
		return nil, err
	}

	var (
		found []*Environment
		errs  []error
	)
	for _, file := range files {
		envs, err := List(file, Options{Jsonnet: opts.Jsonnet})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
			continue
		}
		found = append(found, matching(envs, opts.Labels)...)
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
