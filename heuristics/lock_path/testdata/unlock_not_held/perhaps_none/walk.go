package walk

import "sync"

type Disk struct {
	mu *sync.Mutex // nil where reads need no order
	n  int
}

func (d *Disk) read() error { return nil }

// Each pair hangs on the same test.
func (d *Disk) WalkOk(names []string) error {
	for _, name := range names {
		if name == "" {
			if d.mu != nil {
				d.mu.Lock()
			}
			err := d.read()
			if d.mu != nil {
				d.mu.Unlock()
			}
			if err != nil {
				continue
			}
		}
	}
	for range names {
		if d.mu != nil {
			d.mu.Lock()
		}
		err := d.read()
		if d.mu != nil {
			d.mu.Unlock()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Disk) WalkBad(many bool) error {
	if d.mu != nil {
		d.mu.Lock()
	}
	err := d.read()
	if d.mu != nil {
		d.mu.Unlock()
	}
	if many {
		d.mu.Unlock() // want "releases `d.mu` without holding it"
	}
	return err
}
