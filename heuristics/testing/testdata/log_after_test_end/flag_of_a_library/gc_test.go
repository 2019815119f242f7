package gc

import (
	"testing"

	"go.uber.org/atomic"
)

func commit() error { return nil }

// The test looks at a flag until the goroutine has set it.
func TestFlagOk(t *testing.T) {
	done := atomic.NewBool(false)
	go func() {
		defer done.Store(true)
		t.Log(commit())
	}()
	for i := 1; i%128 != 0 || !done.Load(); i++ {
		commit()
	}
}

type flag struct{ set bool }

func newFlag() *flag { return &flag{} }

func TestOtherBad(t *testing.T) {
	other := newFlag()
	go func() {
		t.Log(commit()) // want(all) "^The goroutine may call `t.Log` after the test has ended"
	}()
	if other.set {
		commit()
	}
}
