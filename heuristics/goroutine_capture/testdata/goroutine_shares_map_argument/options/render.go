// Reduced from grafana/tanka at 3f93e7178 (workers) and 97ed7fc42 (recursive search), fixed in 5a3581d4.

package render

import (
	"sync"

	"example.com/render/engine"
)

type Settings = engine.Settings

type Options struct {
	Settings
	Name    string
	Workers int
}

type loader interface {
	List(path string, settings Settings) ([]string, error)
}

type inline struct{}

func (i *inline) List(path string, settings Settings) ([]string, error) {
	return i.eval(path, settings)
}

func (i *inline) eval(path string, settings Settings) ([]string, error) {
	settings.Code.Set("environment", "none")
	return []string{path}, nil
}

func detect(path string) (loader, error) {
	return &inline{}, nil
}

func list(path string, options Options) ([]string, error) {
	found, err := detect(path)
	if err != nil {
		return nil, err
	}
	return found.List(path, options.Settings)
}

func workersBad(paths []string, options Options) []string {
	in, out := make(chan string, len(paths)), make(chan []string)
	for i := 0; i < options.Workers; i++ {
		go func() {
			for path := range in {
				names, _ := list(path, Options{Settings: options.Settings}) // want "`options` is copied, but its map `Settings.Code` is shared by all goroutines started here and changed by `inline.eval` through `Code.Set`"
				out <- names
			}
		}()
	}
	return <-out
}

func workersOk(paths []string, options Options) []string {
	in, out := make(chan string, len(paths)), make(chan []string)
	for i := 0; i < options.Workers; i++ {
		go func() {
			settings := options.Settings.Clone()
			for path := range in {
				names, _ := list(path, Options{Settings: settings})
				out <- names
			}
		}()
	}
	return <-out
}

func searchBad(paths []string, options Options, out chan []string) {
	for _, path := range paths {
		go search(path, options, out) // want "`options` is copied, but its map `Settings.Code` is shared"
	}
}

func search(path string, options Options, out chan []string) {
	names, _ := list(path, options)
	out <- names
}

func copiesBad(paths []string, options Options, out chan []string) {
	for _, path := range paths {
		own := options
		own.Name = path
		go search(path, own, out) // want "`options` is copied, but its map `Settings.Code` is shared"
	}
}

func copiesOk(paths []string, options Options, out chan []string) {
	for _, path := range paths {
		own := options
		own.Settings = own.Settings.Clone()
		go search(path, own, out)
	}
}

func argumentBad(paths []string, options Options, out chan []string) {
	for _, path := range paths {
		go func(own Options) {
			names, _ := list(path, own) // want "`options` is copied, but its map `Settings.Code` is shared"
			out <- names
		}(options)
	}
}

// Trap T17: every iteration has settings of its own.
func iterationOk(paths []string, out chan []string) {
	for _, path := range paths {
		options := Options{Settings: Settings{Code: engine.Code{}}}
		go search(path, options, out)
	}
}

// Trap T18: each goroutine is waited for before the next one starts.
func joinedOk(paths []string, options Options, out chan []string) {
	for _, path := range paths {
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, _ = list(path, options)
		}()
		wg.Wait()
	}
}

// A single goroutine shares the map with nobody.
func singleOk(path string, options Options, out chan []string) {
	go search(path, options, out)
}

// The write is under a lock.
func lockedOk(paths []string, options Options) {
	var mu sync.Mutex
	for _, path := range paths {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			_, _ = list(path, options)
		}()
	}
}

// Trap T13: the map is replaced as a whole, in the callee's own copy.
func replacedOk(paths []string, options Options) {
	for range paths {
		go replace(options)
	}
}

func replace(options Options) {
	options.Code = engine.Code{"a": "b"}
}

type store struct {
	names map[string]bool
}

type client struct {
	store *store
}

func (c client) keep(name string) {
	c.store.names[name] = true
}

// What lies behind a pointer is no copy.
func pointerOk(names []string, shared *client) {
	for _, name := range names {
		go func() {
			own := client{store: shared.store}
			own.keep(name)
		}()
	}
}
