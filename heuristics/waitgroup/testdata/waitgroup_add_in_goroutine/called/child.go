package target

// T27: whoever calls start has counted the loop; the loop counts its children.
func (t *Target) start() {
	go func() {
		defer t.wg.Done()
		for entry := range t.entries {
			t.wg.Add(1)
			go func() {
				defer t.wg.Done()
				println(entry)
			}()
		}
	}()
}

func (t *Target) Open() {
	t.wg.Add(1)
	t.start()
}

func (t *Target) tell() {
	t.wg.Add(1)
	go func() {
		defer t.wg.Done()
		t.entries <- "told"
	}()
}

// What counts itself is the child; the goroutine that starts it is somebody else's.
func (t *Target) watchOk(told chan bool) {
	go func() {
		for range told {
			t.tell()
		}
	}()
}
