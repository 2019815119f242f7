// Goes back to kubernetes/kubernetes#13058: a controller that calls back runs before its group is counted up.
package controller

import "sync"

type Controller struct{ onDelete func() }

func New(onDelete func()) *Controller { return &Controller{onDelete} }

func (c *Controller) Run() { c.onDelete() }

func deletedBad() {
	var wg sync.WaitGroup
	c := New(func() {
		wg.Done()
	})
	go c.Run()
	wg.Add(3) // want "`wg` is visible to other goroutines before `wg.Add`: a Done in between panics"
	wg.Wait()
}

func deletedOk() {
	var wg sync.WaitGroup
	c := New(func() {
		wg.Done()
	})
	wg.Add(3)
	go c.Run()
	wg.Wait()
}

// Another object is launched before.
func otherOk() {
	var wg sync.WaitGroup
	other := New(func() {})
	c := New(func() { wg.Done() })
	go other.Run()
	wg.Add(1)
	go c.Run()
	wg.Wait()
}
