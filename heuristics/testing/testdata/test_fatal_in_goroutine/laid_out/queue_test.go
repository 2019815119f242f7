package queue

import (
	"strings"
	"testing"
	"time"
)

func next(names ...string) string { return strings.Join(names, " ") }

func TestLauncherBad(t *testing.T) {
	var q queue
	q.later("one", func() {
		if next("a") == "" {
			t.Fatal("one") // want(all) "`t.Fatal` only stops this goroutine"
		}
	})
	q.group.Wait()
}

func TestParenthesesBad(t *testing.T) {
	var q queue
	q.later(next(next(next("a"), "b"), strings.ToUpper(next("c"))), func() {
		t.Fatal("deep") // want(all) "`t.Fatal` only stops this goroutine"
	})
	q.group.Wait()
}

func TestOwnLineBad(t *testing.T) {
	var q queue
	q.later(
		"one",
		func() {
			t.Fatal("own line") // want(all) "`t.Fatal` only stops this goroutine"
		},
	)
	q.group.Wait()
}

func TestLabelBad(t *testing.T) {
	done := make(chan bool)
	go func() {
	again:
		for {
			for range 3 {
				continue again
			}

			t.Fatal("label") // want(all) "`t.Fatal` only stops this goroutine"
		}
		done <- true
	}()
	<-done
}

func TestTextBad(t *testing.T) {
	done := make(chan bool)
	go func() {
		if next("a") != `
nothing
` {
			t.Fatal("text") // want "`t.Fatal` only stops this goroutine"
		}
		done <- true
	}()
	<-done
}

func TestLaidOutBad(t *testing.T) {
	timer := time.
		AfterFunc(
			time.Minute,
			func() {
				t.Fatal("too late") // want(all) "`t.Fatal` only stops this goroutine"
			})
	defer timer.Stop()
}

// What is handed to the test's own functions runs in its goroutine.
func TestCleanupOk(t *testing.T) {
	done := make(chan bool)
	go func() { done <- true }()
	t.Cleanup(func() {
		if next("a") == "" {
			t.Fatal("cleanup")
		}
	})
	<-done
}
