package serve

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func serve(name string) error { return errors.New(name) }

func TestFatalBad(t *testing.T) {
	stopped := make(chan struct{})
	go func() {
		if err := serve("a"); err != nil {
			t.Fatalf("serve: %v", err) // want "`t.Fatalf` only stops this goroutine; the test goes on"
		}
		close(stopped)
	}()
	<-stopped
}

func TestFailNowBad(t *testing.T) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		if serve("a") != nil {
			t.FailNow() // want(all) "`t.FailNow` only stops this goroutine"
		}
	}()
	wg.Wait()
}

func TestGroupBad(t *testing.T) {
	var group errgroup.Group
	group.Go(func() error {
		if err := serve("a"); err != nil {
			t.Fatal(err) // want(all) "`t.Fatal` only stops this goroutine"
		}
		return nil
	})
	_ = group.Wait()
}

func TestRequireBad(t *testing.T) {
	done := make(chan bool)
	go func() {
		require.NoError(t, serve("a")) // want "`require.NoError` only stops this goroutine"
		done <- true
	}()
	<-done
}

func TestTimerBad(t *testing.T) {
	timer := time.AfterFunc(time.Minute, func() {
		t.Fatal("too late") // want(all) "`t.Fatal` only stops this goroutine"
	})
	defer timer.Stop()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestHelperBad(t *testing.T) {
	done := make(chan bool)
	go func() {
		must(t, serve("a")) // want "`must\(t\)` only stops this goroutine"
		done <- true
	}()
	<-done
}

// A setup that may end the test is only listed.
func connect(t *testing.T) error {
	must(t, serve("connect"))
	return nil
}

func TestSetupBad(t *testing.T) {
	done := make(chan bool)
	go func() {
		_ = connect(t) // want(all) "`connect\(t\)` only stops this goroutine"
		done <- true
	}()
	<-done
}

func worker(t *testing.T, done chan bool) {
	if serve("a") != nil {
		t.Fatal("worker")
	}
	done <- true
}

func TestNamedBad(t *testing.T) {
	done := make(chan bool)
	go worker(t, done) // want "`worker\(t\)` only stops this goroutine"
	<-done
}

func TestSubtestBad(t *testing.T) {
	t.Run("one", func(t *testing.T) {
		done := make(chan bool)
		go func() {
			if serve("a") != nil {
				t.Fatal("one") // want "`t.Fatal` only stops this goroutine"
			}
			done <- true
		}()
		<-done
	})
}

// What waits is told by a deferred close, whatever happens.
func TestDeferredBad(t *testing.T) {
	sizes := make(chan int)
	go func() {
		defer close(sizes)
		require.NoError(t, serve("a")) // want(all) "`require.NoError` only stops this goroutine"
		sizes <- 1
	}()
	<-sizes
}

// Error does not end the goroutine, nor do the functions of assert.
func TestErrorOk(t *testing.T) {
	done := make(chan bool)
	go func() {
		defer close(done)
		if err := serve("a"); err != nil {
			t.Error(err)
			return
		}
		assert.NoError(t, serve("b"))
	}()
	<-done
}

// The test's own goroutine may end it.
func TestOwnOk(t *testing.T) {
	errs := make(chan error, 1)
	go func() { errs <- serve("a") }()
	if err := <-errs; err != nil {
		t.Fatal(err)
	}
	func() {
		if serve("b") != nil {
			t.Fatal("b")
		}
	}()
	must(t, serve("c"))
}

// The subtests of a goroutine have tests of their own.
func TestOwnTestOk(t *testing.T) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		t.Run("inner", func(t *testing.T) {
			if serve("a") != nil {
				t.Fatal("inner")
			}
		})
	}()
	wg.Wait()
}

// A bubble is run by the test's own goroutine.
func TestBubbleOk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if serve("a") != nil {
			t.Fatal("bubble")
		}
	})
}

// Parallel benchmarks are left alone.
func BenchmarkParallelOk(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if serve("a") != nil {
				b.Fatal("parallel")
			}
		}
	})
}
