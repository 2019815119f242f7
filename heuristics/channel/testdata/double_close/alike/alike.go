// Package alike has two types with a Start: the loop is about the other one.
package alike

type logOptions struct{ dir string }

type readOptions struct{ follow bool }

type logger interface {
	Start(*logOptions) error
	Stop() error
}

type reader struct{ done chan struct{} }

func (r *reader) Start(o *readOptions) error {
	go func() {
		defer close(r.done)
	}()
	return nil
}

func (r *reader) Stop() error { return nil }

func keep(l logger) {
	for i := 0; i < 3; i++ {
		if l.Start(&logOptions{}) == nil {
			continue
		}
	}
}
