// Package instruments counts with what a library made for many goroutines.
package instruments

import (
	"sync"

	"example.org/metrics"
)

type watcher struct {
	mu     sync.Mutex
	byURL  map[string][]int
	active *metrics.Gauge
}

func (w *watcher) count(items []int) { w.active.Add(len(items)) }

func (w *watcher) Set(url string, items []int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byURL[url] = items
	w.count(items)
}

func (w *watcher) Drop(url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.active.Add(-len(w.byURL[url]))
	delete(w.byURL, url)
}

func (w *watcher) All() []int {
	all := make([]int, 0, w.active.Get())
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, items := range w.byURL {
		all = append(all, items...)
	}
	return all
}
