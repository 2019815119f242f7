// Goes back to nats-io/nats-server before ca2a961fa7: whoever comes second waits on a group that counts nobody yet.
package inflight

import "sync"

type account struct{ inflight sync.Map }

func (a *account) addBad(name string, work func()) {
	v, loaded := a.inflight.LoadOrStore(name, &sync.WaitGroup{})
	wg := v.(*sync.WaitGroup)
	if loaded {
		wg.Wait()
	} else {
		wg.Add(1) // want "`wg` is visible to other goroutines before `wg.Add`: a Wait in between waits for nobody."
		defer func() {
			a.inflight.Delete(name)
			wg.Done()
		}()
	}
	work()
}

// Counted before it is stored.
func (a *account) addOk(name string, work func()) {
	own := &sync.WaitGroup{}
	own.Add(1)
	v, loaded := a.inflight.LoadOrStore(name, own)
	wg := v.(*sync.WaitGroup)
	if loaded {
		wg.Wait()
		own.Done()
	} else {
		defer func() {
			a.inflight.Delete(name)
			wg.Done()
		}()
	}
	work()
}

// One's own group, which nobody else has.
func localOk(jobs []func()) {
	wg := &sync.WaitGroup{}
	wg.Wait()
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}
