package dialer

import "sync"

type conn struct{}

func dial(address string) (*conn, error) { return nil, nil }
func (c *conn) serve()                   {}

func returnsBad(addresses []string) {
	var wg sync.WaitGroup
	for _, address := range addresses {
		wg.Add(1)
		go func() {
			c, err := dial(address)
			if err != nil {
				return // want "^This return skips `wg.Done`, so Wait never returns.$"
			}
			c.serve()
			wg.Done()
		}()
	}
	wg.Wait()
}

type Dialer struct {
	wg   sync.WaitGroup
	quit chan struct{}
}

func (d *Dialer) Start(address string) {
	d.wg.Add(1)
	go d.runBad(address)
}

func (d *Dialer) runBad(address string) {
	c, err := dial(address)
	if err != nil {
		return // want "^This return skips `d.wg.Done`, so Wait never returns.$"
	}
	defer d.wg.Done()
	c.serve()
}

func (d *Dialer) Stop() {
	close(d.quit)
	d.wg.Wait()
}

func selectBad(in chan string, quit chan struct{}) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		select {
		case <-quit:
			return // want "skips `wg.Done`"
		case address := <-in:
			println(address)
			wg.Done()
		}
	}()
	wg.Wait()
}
