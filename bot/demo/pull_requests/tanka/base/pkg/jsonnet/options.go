// Package jsonnet evaluates Jsonnet files.
package jsonnet

// Variables is code that a file reads through std.extVar.
type Variables map[string]string

// Set adds a variable; the zero value is ready for use.
func (v *Variables) Set(name, code string) {
	if *v == nil {
		*v = make(Variables)
	}

	(*v)[name] = code
}

// Options say how a file is evaluated.
type Options struct {
	MaxStack    int
	External    Variables
	ImportPaths []string
	Script      string
}

// Clone returns a copy that shares nothing with the original.
func (o Options) Clone() Options {
	external := make(Variables, len(o.External))
	for name, code := range o.External {
		external[name] = code
	}

	paths := make([]string, len(o.ImportPaths))
	copy(paths, o.ImportPaths)

	return Options{
		MaxStack:    o.MaxStack,
		External:    external,
		ImportPaths: paths,
		Script:      o.Script,
	}
}
