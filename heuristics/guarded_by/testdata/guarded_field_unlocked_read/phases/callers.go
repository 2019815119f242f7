package phases

import "sync"

// Who asks for the settings is the only one that changes them.
type client struct {
	mu      sync.Mutex
	beat    int
	timeout int
}

func (c *client) IdentifyOk(beat int) int {
	c.SetBeat(beat)
	c.SetTimeout(beat)
	event := []int{c.beat}
	return event[0]
}

func (c *client) SetBeat(beat int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if beat > 10 {
		c.beat = beat * 2
	} else {
		c.beat = 1
	}
}

func (c *client) SetTimeout(beat int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timeout = c.beat + beat
}

func (c *client) late(now int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.beat < now
}

func (c *client) deadline() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.beat + c.timeout
}

// Who calls it holds the lock already, which it therefore cannot take.
type Daemon struct {
	mu     sync.Mutex
	topics map[string]int
}

func (d *Daemon) MetadataOk() []string {
	var names []string
	for name := range d.topics {
		names = append(names, name)
	}
	return names
}

func (d *Daemon) Persist() int {
	return len(d.MetadataOk())
}

func (d *Daemon) Exit() {
	d.mu.Lock()
	d.Persist()
	d.mu.Unlock()
}

func (d *Daemon) Add(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.topics[name] = len(d.topics)
}

func (d *Daemon) Drop(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.topics, name)
}

func (d *Daemon) Find(name string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.topics[name]
}

type Shards struct {
	mu     sync.Mutex
	shards map[string]int
}

// KeysOk lists the names.
// Calls to KeysOk should be guarded with a lock on the Shards.
func (s *Shards) KeysOk() []string {
	names := make([]string, 0, len(s.shards))
	for name := range s.shards {
		names = append(names, name)
	}
	return names
}

func (s *Shards) CountBad() int {
	return len(s.shards) // want "`shards` is read without `mu`"
}

func (s *Shards) Add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shards[name] = len(s.shards)
}

func (s *Shards) Drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.shards, name)
}

func (s *Shards) Find(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shards[name]
}

// The lock is there for the first call.
type Context struct {
	initMu   sync.Mutex
	done     bool
	accounts map[string]string
}

func (c *Context) Init(old *Context, names []string) {
	c.initMu.Lock()
	defer c.initMu.Unlock()
	if c.done {
		return
	}
	c.update(old)
	for _, name := range names {
		c.accounts[name] = name
	}
	c.done = true
}

func (c *Context) update(old *Context) {
	c.accounts = old.accounts
}

func (c *Context) AccountOk(name string) string {
	return c.accounts[name]
}
