// Package awaited waits for its goroutines in the method that starts them.
package awaited

import "sync"

type lookup struct {
	accounts map[string][]int
	storages map[string][]int
}

func (l *lookup) add(id int, accounts, storages []string) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for _, name := range accounts {
			l.accounts[name] = append(l.accounts[name], id)
		}
	}()
	go func() {
		defer wg.Done()
		for _, name := range storages {
			l.storages[name] = append(l.storages[name], id)
		}
	}()
	wg.Wait()
}

func (l *lookup) remove(accounts, storages []string) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for _, name := range accounts {
			delete(l.accounts, name)
		}
	}()
	go func() {
		defer wg.Done()
		for _, name := range storages {
			delete(l.storages, name)
		}
	}()
	wg.Wait()
}
