package counters

import (
	"io"
	"sync/atomic"
)

// Reduced from minio/minio before 8315bcd0d8: the meter is copied before its count is loaded.
type meter struct {
	io.Reader
	count int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	atomic.AddInt64(&m.count, int64(n))
	return n, err
}

func (m meter) CountBad() int64 {
	return atomic.LoadInt64(&m.count) // want "^`meter.CountBad` has a value receiver, so `count` was copied plainly before this atomic load.$"
}

func (m *meter) CountOk() int64 {
	return atomic.LoadInt64(&m.count)
}

type Stats struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Cache struct {
	stats Stats
	other Labels
}

type Labels struct{ Name string }

func (c *Cache) Get(name string) {
	atomic.AddUint64(&c.stats.Hits, 1)
}

func (c *Cache) StatsBad() Stats {
	return c.stats // want "^This copy of a `Stats` reads `Hits` plainly, while `Cache.Get` updates it atomically.$"
}

func (c *Cache) dereferenceBad(p *Stats) uint64 {
	now := *p // want "copy of a `Stats` reads `Hits` plainly"
	return now.Hits
}

func (c *Cache) passedBad() {
	report(c.stats) // want "copy of a `Stats` reads `Hits` plainly"
}

func (c *Cache) StatsOk() Stats {
	return Stats{Hits: atomic.LoadUint64(&c.stats.Hits), Name: c.stats.Name}
}

// Nothing in it is updated atomically.
func (c *Cache) labelsOk() Labels { return c.other }

// T10: a struct that this function has made itself.
func freshOk() Stats {
	made := &Stats{Name: "x"}
	return *made
}

func localOk() Stats {
	var total Stats
	atomic.AddUint64(&total.Misses, 1)
	return total
}

// A snapshot that is passed by value: nobody updates it any more.
func (s Stats) TotalOk() uint64 { return s.Hits + s.Misses }

func report(s Stats) { _ = s.TotalOk() }

// What a constructor hands out may be this caller's alone, even when text does not tell.
func load(names map[string]*Stats) (stats *Stats, err error) {
	stats = names["x"]
	return stats, nil
}

func loadedOk(names map[string]*Stats) (*Cache, error) {
	stats, err := load(names)
	if err != nil {
		return nil, err
	}
	cache := &Cache{}
	cache.stats = *stats
	return cache, nil
}
