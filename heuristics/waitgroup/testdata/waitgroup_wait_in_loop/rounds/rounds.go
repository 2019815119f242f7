// Goes back to moby/moby before 42360d164b: plugins are started one by one, and counted all at once.
package plugins

import "sync"

type plugin struct{}

func (p *plugin) start() {}

type Manager struct{ plugins []*plugin }

func (m *Manager) initBad() {
	var group sync.WaitGroup
	group.Add(len(m.plugins))
	for _, p := range m.plugins {
		go func(p *plugin) {
			defer group.Done()
			p.start()
		}(p)
		group.Wait() // want "^Wait inside the loop blocks the first round until all `len\(m.plugins\)` are done, which never start.$"
	}
}

func (m *Manager) run(p *plugin, group *sync.WaitGroup) {
	defer group.Done()
	p.start()
}

func (m *Manager) namedBad() {
	var group sync.WaitGroup
	group.Add(4)
	for i := 0; i < 4; i++ {
		go m.run(m.plugins[i], &group)
		group.Wait() // want "until all `4` are done"
	}
}
