package environment

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// staticLoader reads environments that are described by a spec.json beside the code.
type staticLoader struct{}

func (l *staticLoader) Load(path string, opts Options) (*Environment, error) {
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(path), "spec.json"))
	if err != nil {
		return nil, err
	}

	env := &Environment{Path: path}
	if err := json.Unmarshal(raw, env); err != nil {
		return nil, err
	}

	return env, nil
}

func (l *staticLoader) List(path string, opts Options) ([]*Environment, error) {
	env, err := l.Load(path, opts)
	if err != nil {
		return nil, err
	}

	return []*Environment{env}, nil
}
