// Goes back to minio/minio before 472c2d828c: each entry counts itself, the goroutine that takes the entries does not.
package target

import "sync"

type Target struct {
	wg      sync.WaitGroup
	entries chan string
}

func (t *Target) log(entry string) {
	t.wg.Add(1)
	defer t.wg.Done()
	println(entry)
}

func (t *Target) startBad() {
	go func() { // want "`t.wg.Add` runs inside the goroutine that it counts, so Wait can return before it."
		for entry := range t.entries {
			t.log(entry)
		}
	}()
}

// The goroutine is counted before it is started.
func (t *Target) startOk() {
	t.wg.Add(1)
	go func() {
		defer t.wg.Done()
		for entry := range t.entries {
			t.log(entry)
		}
	}()
}

// Nobody launches this one here.
func (t *Target) Send(entry string) {
	t.log(entry)
}

func (t *Target) Cancel() {
	close(t.entries)
	t.wg.Wait()
}
