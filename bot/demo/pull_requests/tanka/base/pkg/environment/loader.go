// Package environment finds and loads environments.
package environment

import (
	"os"
	"path/filepath"

	"demo.local/tanka/pkg/jsonnet"
)

// Environment is one cluster namespace with its resources.
type Environment struct {
	Name   string            `json:"name"`
	Path   string            `json:"path"`
	Labels map[string]string `json:"labels"`
}

// Options say how environments are loaded.
type Options struct {
	Jsonnet jsonnet.Options
	Name    string
}

// Loader reads environments that are written down in one of several ways.
type Loader interface {
	Load(path string, opts Options) (*Environment, error)
	List(path string, opts Options) ([]*Environment, error)
}

// List returns the environments of the file at path.
func List(path string, opts Options) ([]*Environment, error) {
	loader, err := detect(path)
	if err != nil {
		return nil, err
	}

	return loader.List(path, opts)
}

// Load returns the environment of the file at path that opts.Name selects.
func Load(path string, opts Options) (*Environment, error) {
	loader, err := detect(path)
	if err != nil {
		return nil, err
	}

	return loader.Load(path, opts)
}

func detect(path string) (Loader, error) {
	_, err := os.Stat(filepath.Join(filepath.Dir(path), "spec.json"))
	if err == nil {
		return &staticLoader{}, nil
	}
	if os.IsNotExist(err) {
		return &inlineLoader{}, nil
	}

	return nil, err
}
