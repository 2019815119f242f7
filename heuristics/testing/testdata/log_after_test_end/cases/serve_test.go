package serve

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func serve(name string) error { return errors.New(name) }

type server struct{}

func (s *server) Close() error { return nil }

func TestErrorBad(t *testing.T) {
	go func() {
		if err := serve("a"); err != nil {
			t.Errorf("serve: %v", err) // want(all) "The goroutine may call `t.Errorf` after the test has ended, which panics"
		}
	}()
	time.Sleep(time.Millisecond)
	if serve("b") == nil {
		t.Fatal("b")
	}
}

func TestSubtestBad(t *testing.T) {
	t.Run("one", func(t *testing.T) {
		go func() {
			t.Log(serve("a")) // want(all) "The goroutine may call `t.Log` after the test has ended"
		}()
	})
}

// Trap T18: joined by a channel, a group, or the wait of a deferred function.
func TestJoinedOk(t *testing.T) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.Log(serve("a"))
	}()
	<-done
}

// Reduced from etcd-io/etcd, server/storage/backend: the other way means that something is wrong anyway.
func TestTimeoutOk(t *testing.T) {
	done := make(chan struct{}, 1)
	go func() {
		t.Log(serve("a"))
		done <- struct{}{}
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
		t.Error("late")
	}
}

// Trap T18, reduced from prometheus/prometheus, tsdb: the test looks at a flag until the goroutine has set it.
func TestFlagOk(t *testing.T) {
	var done atomic.Bool
	go func() {
		defer done.Store(true)
		t.Log(serve("a"))
	}()
	for !done.Load() {
		time.Sleep(time.Millisecond)
	}
}

func TestGroupOk(t *testing.T) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Add(1)
	go func() {
		defer wg.Done()
		t.Log(serve("a"))
	}()
}

// What is stopped when the test ends may be waited for there.
func TestStoppedOk(t *testing.T) {
	s := &server{}
	defer s.Close()
	go func() {
		if err := serve("a"); err != nil {
			t.Error(err)
		}
	}()
}

func TestCleanupOk(t *testing.T) {
	var wg sync.WaitGroup
	wg.Add(1)
	t.Cleanup(wg.Wait)
	go func() {
		defer wg.Done()
		t.Log(serve("a"))
	}()
}

func TestCleanupLiteralOk(t *testing.T) {
	done := make(chan struct{})
	t.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		t.Log(serve("a"))
	}()
}

// A bubble waits for its goroutines.
func TestBubbleOk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		go func() { t.Log(serve("a")) }()
	})
}

// A helper returns before the test ends.
func start(t *testing.T) {
	go func() { t.Log(serve("a")) }()
}

func TestHelperOk(t *testing.T) {
	start(t)
}
