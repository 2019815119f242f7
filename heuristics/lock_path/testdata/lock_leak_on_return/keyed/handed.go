package keyed

type mounts struct {
	byPath *locks
	paths  map[string]bool
}

// T2: what begin takes, end gives back.
func (m *mounts) hold(path string) bool {
	m.byPath.Lock(path)
	if m.paths[path] {
		m.byPath.Unlock(path)
		return false
	}
	return true
}

func (m *mounts) let(path string) {
	delete(m.paths, path)
	m.byPath.Unlock(path)
}

func (m *mounts) withOk(path string, run func()) {
	if m.hold(path) {
		run()
		m.let(path)
	}
}
