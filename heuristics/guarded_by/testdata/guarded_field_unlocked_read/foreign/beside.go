package foreign

import "sync"

// Reduced from grpc/grpc-go before 5ed7cf6a5c: a lock of the transport does not keep the writers of the trailer away.
type call struct {
	mu      sync.Mutex
	trailer map[string]string
	status  map[string]string
}

func (c *call) SetTrailer(name, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trailer[name] = value
}

func (c *call) ClearTrailer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.trailer)
}

func (c *call) Trailers() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.trailer)
}

func (c *call) Drop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.trailer, name)
}

type carrier struct {
	writeMu sync.Mutex
	calls   []*call
}

func (t *carrier) writeBad(c *call) int {
	t.writeMu.Lock()
	defer t.writeMu.Unlock()
	return len(c.trailer) // want "`trailer` is read without `mu`, while `call.SetTrailer` changes it under that lock."
}

func (t *carrier) flush() {
	for _, c := range t.calls {
		t.writeBad(c)
		t.sendOk(c)
	}
}

func (c *call) setStatus(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status[name] = name
}

func (c *call) dropStatus(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.status, name)
}

func (c *call) Status() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.status)
}

// Whoever changes the status does so with the lock of the carrier held.
func (t *carrier) change(c *call) {
	t.writeMu.Lock()
	defer t.writeMu.Unlock()
	c.setStatus("begun")
	c.dropStatus("ended")
}

func (t *carrier) sendOk(c *call) int {
	t.writeMu.Lock()
	defer t.writeMu.Unlock()
	return len(c.status)
}
