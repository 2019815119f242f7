package jsonnet

import (
	"fmt"
	"os"
	"sort"
	"strings"
)

// Evaluate runs the file at path and returns its JSON.
func Evaluate(path string, opts Options) (string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("evaluating %s: %w", path, err)
	}

	names := make([]string, 0, len(opts.External))
	for name := range opts.External {
		names = append(names, name)
	}
	sort.Strings(names)

	var script strings.Builder
	for _, name := range names {
		fmt.Fprintf(&script, "local %s = %s;\n", name, opts.External[name])
	}
	script.WriteString(opts.Script)
	script.Write(source)

	return run(script.String(), opts.MaxStack)
}
