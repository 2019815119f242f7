package queue

import "sync"

type queue struct {
	group sync.WaitGroup
}

// later is a launcher of the repository itself.
func (q *queue) later(name string, run func()) {
	go run()
}
