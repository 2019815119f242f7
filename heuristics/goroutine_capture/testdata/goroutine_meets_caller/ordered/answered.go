package ordered

type container struct {
	runner runner
	state  string
	count  int
}

type answer struct {
	state string
	err   error
}

type runner interface {
	create(c *container) error
	watch(c *container) error
	try(c *container, quick bool) error
}

type missing struct{}

func (missing) create(*container) error    { return nil }
func (missing) watch(*container) error     { return nil }
func (missing) try(*container, bool) error { return nil }

type threads struct{}

// The goroutine has a thread of its own; who starts it has its answer (reduced from containers/podman,
// ConmonOCIRuntime.createRootlessContainer).
func (threads) create(c *container) error {
	answers := make(chan answer)
	go func() {
		state, err := c.look()
		answers <- answer{state: state, err: err}
	}()
	got := <-answers
	return got.err
}

func (c *container) look() (string, error) { return c.state, nil }

func (c *container) reload() { c.state = "loaded" }

func (c *container) startOk() error {
	err := c.runner.create(c)
	c.reload()
	return err
}

// The message says that the goroutine runs, not that it is done.
func (threads) watch(c *container) error {
	begun := make(chan bool)
	go func() {
		begun <- true
		c.add()
	}()
	<-begun
	return nil
}

func (c *container) add() { c.count++ }

func (c *container) reset() {
	c.count = 0 // want "`container.count` is changed here while the goroutine started for `c`"
}

func (c *container) startBad() {
	c.runner.watch(c)
	c.reset()
}

// It may leave without the answer.
func (threads) try(c *container, quick bool) error {
	answers := make(chan answer, 1)
	go func() {
		state, err := c.look()
		answers <- answer{state: state, err: err}
	}()
	if quick {
		return nil
	}
	got := <-answers
	return got.err
}

func (c *container) forget() {
	c.state = "" // want "`container.state` is changed here while the goroutine started for `c` reads it"
}

func (c *container) tryBad() {
	c.runner.try(c, true)
	c.forget()
}
