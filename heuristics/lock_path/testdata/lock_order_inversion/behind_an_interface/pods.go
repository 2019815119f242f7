// Package pods: which object a lock behind an interface belongs to, and by what rank it was given out, is not seen.
package pods

import "sync"

type Locker interface {
	Lock()
	Unlock()
}

type Container struct {
	lock Locker
	pod  *Pod
	runs bool
}

type Pod struct {
	lock       Locker
	containers []*Container
	runs       bool
}

func (p *Pod) StopOk() {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, c := range p.containers {
		c.lock.Lock()
		c.runs = false
		c.lock.Unlock()
	}
}

func (c *Container) StopOk() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.pod.lock.Lock()
	c.pod.runs = false
	c.pod.lock.Unlock()
}

type container struct {
	lock sync.Mutex
	pod  *pod
	runs bool
}

type pod struct {
	lock       sync.Mutex
	containers []*container
	runs       bool
}

func (p *pod) stopBad() {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, c := range p.containers {
		c.lock.Lock()
		c.runs = false
		c.lock.Unlock()
	}
}

func (c *container) stopBad() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.pod.lock.Lock() // want "`container.lock` then `pod.lock`"
	c.pod.runs = false
	c.pod.lock.Unlock()
}
