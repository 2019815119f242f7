package counted

import "sync"

type gate struct {
	mu   sync.RWMutex
	open bool
	held []string
	n    int
}

func (g *gate) Write(s string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	if !g.open {
		g.held = append(g.held, s)
	}
}

func (g *gate) Held() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.held) + g.n
}

// Once the gate is open nobody touches what was held.
func (g *gate) FlushOk() {
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
	g.held = nil
}

// The counter is changed again after the section (reduced from thanos-io/thanos ffc42df3f7, where it came before).
func (g *gate) CountBad() {
	g.mu.Lock()
	g.held = g.held[:0]
	g.mu.Unlock()
	g.n++ // want "`n` is accessed under `mu` in 3 of 7 places; this write is not"
}

// The lock is taken on one path only (reduced from thanos-io/thanos 6d50805dc4).
func (g *gate) PutBad(keys []string) {
	for _, key := range keys {
		if key != "" {
			g.mu.Lock()
			defer g.mu.Unlock()
			break
		}
	}
	g.n-- // want "`n` is accessed under `mu`"
}

// The goroutines are waited for under the lock (reduced from rclone/rclone, Fs.drainPool).
func (g *gate) DrainOk() {
	var wg sync.WaitGroup
	g.mu.Lock()
	defer g.mu.Unlock()
	wg.Add(1)
	go func() {
		defer wg.Done()
		g.held = nil
	}()
	wg.Wait()
}
