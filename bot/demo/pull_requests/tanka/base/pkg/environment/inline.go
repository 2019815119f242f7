package environment

import (
	"encoding/json"
	"fmt"

	"demo.local/tanka/pkg/jsonnet"
)

const (
	environmentVariable = "environment"
	listScript          = "local only = function(x) x.metadata;\n"
)

// inlineLoader reads environments that the Jsonnet code itself yields.
type inlineLoader struct{}

func (l *inlineLoader) Load(path string, opts Options) (*Environment, error) {
	found, err := l.List(path, opts)
	if err != nil {
		return nil, err
	}

	for _, env := range found {
		if env.Name == opts.Name {
			return env, nil
		}
	}

	return nil, fmt.Errorf("%s has no environment %q", path, opts.Name)
}

func (l *inlineLoader) List(path string, opts Options) ([]*Environment, error) {
	opts.Jsonnet.Script = listScript

	raw, err := l.evaluate(path, opts)
	if err != nil {
		return nil, err
	}

	var found []*Environment
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		return nil, err
	}
	for _, env := range found {
		env.Path = path
	}

	return found, nil
}

func (l *inlineLoader) evaluate(path string, opts Options) (string, error) {
	// The environment is not known before the code has run.
	opts.Jsonnet.External.Set(environmentVariable, `error "not available here"`)

	return jsonnet.Evaluate(path, opts.Jsonnet)
}
