package engine

import "sync"

// Many kinds of objects have one: what tells their locks apart is the field.
type Locker interface {
	Lock()
	Unlock()
}

type Disk struct {
	lock  Locker
	users int
}

func (d *Disk) mount() {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.users++
}

type Machine struct {
	lock  Locker
	disks []*Disk
	ready int
}

func (m *Machine) StartOk() {
	m.lock.Lock()
	defer m.lock.Unlock()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, d := range m.disks {
			d.mount()
		}
	}()
	wg.Wait()
}

func (m *Machine) note() {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.ready++
}

func (m *Machine) StartBad() {
	m.lock.Lock()
	defer m.lock.Unlock()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		m.note()
	}()
	wg.Wait() // want "^`m.lock` is held while waiting for goroutines that need it"
}
