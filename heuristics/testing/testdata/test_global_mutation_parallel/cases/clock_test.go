package clock

import (
	"sync"
	"testing"
	"time"
)

var mu sync.Mutex

func TestLateBad(t *testing.T) {
	t.Parallel()
	now = func() time.Time { return time.Unix(9, 0) } // want "`now` is changed in a parallel test and shared by the package"
}

func TestCountsBad(t *testing.T) {
	t.Parallel()
	counts["late"]++ // want "`counts` is changed in a parallel test"
}

func TestAloneBad(t *testing.T) {
	t.Parallel()
	alone = 2 // want(all) "`alone` is changed in a parallel test"
}

func TestEarlyBad(t *testing.T) {
	t.Parallel()
	now = func() time.Time { return time.Unix(1, 0) } // want "`now` is changed in a parallel test"
	t.Log(counts)
}

func TestSubtestBad(t *testing.T) {
	t.Run("one", func(t *testing.T) {
		t.Parallel()
		limit = 5 // want "`limit` is changed in a parallel test"
	})
}

func TestLimitReads(t *testing.T) {
	t.Parallel()
	if limit > 7 {
		t.Error("limit")
	}
}

// One test after the other.
func TestInTurnOk(t *testing.T) {
	depth = 4
	t.Log(depth)
}

func TestBeforeOk(t *testing.T) {
	depth = 5
	t.Parallel()
	local := depth
	t.Log(local)
}

func TestLockedOk(t *testing.T) {
	t.Parallel()
	mu.Lock()
	defer mu.Unlock()
	depth = 6
}
