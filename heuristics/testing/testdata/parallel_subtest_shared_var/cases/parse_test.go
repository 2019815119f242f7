package parse

import (
	"errors"
	"net/http"
	"sync"
	"testing"
)

func parse(text string) (int, error) { return len(text), errors.New(text) }

func TestLoopBad(t *testing.T) {
	var err error
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if _, err = parse(text); err != nil { // want "Parallel subtests assign the outer `err`"
				t.Error(err)
			}
		})
	}
}

func TestTwoBad(t *testing.T) {
	total := 0
	t.Run("one", func(t *testing.T) {
		t.Parallel()
		total, _ = parse("one") // want "Parallel subtests assign the outer `total`"
	})
	t.Run("two", func(t *testing.T) {
		t.Parallel()
		t.Log(total)
	})
}

func TestMapBad(t *testing.T) {
	seen := map[string]int{}
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			seen[text]++ // want "Parallel subtests change the outer `seen`"
		})
	}
}

type suite struct{ count int }

func TestFieldBad(t *testing.T) {
	s := &suite{}
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			s.count, _ = parse(text) // want "Parallel subtests assign the outer `s.count`"
		})
	}
}

// In whatever spelling, and under another name.
func TestElseBad(t *testing.T) {
	var err error
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if text == "" {
				t.Skip()
			} else if _, err = parse(text); err != nil { // want "assign the outer `err`"
				t.Error(err)
			}
		})
	}
}

func TestRangeBad(t *testing.T) {
	var last int
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			for last = range text { // want "assign the outer `last`"
				t.Log(last)
			}
		})
	}
}

func TestSwitchBad(t *testing.T) {
	var kind int
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			switch kind, _ = parse(text); kind { // want "assign the outer `kind`"
			case 0:
				t.Log(kind)
			}
		})
	}
}

func TestForBad(t *testing.T) {
	var count int
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			for ; count < 3; count++ { // want "assign the outer `count`"
				t.Log(count)
			}
		})
	}
}

func TestDownBad(t *testing.T) {
	left := 2
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			left -= 1 // want "assign the outer `left`"
		})
	}
}

func TestAliasBad(t *testing.T) {
	seen := map[string]int{}
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			mine := seen
			delete(mine, text) // want "change the outer `seen`"
		})
	}
}

func TestMethodBad(t *testing.T) {
	header := http.Header{}
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			header.Set("Text", text) // want "change the outer `header`"
		})
	}
}

// One after the other.
func TestInTurnOk(t *testing.T) {
	var err error
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			if _, err = parse(text); err != nil {
				t.Error(err)
			}
		})
	}
}

// Before Parallel a subtest is alone.
func TestBeforeOk(t *testing.T) {
	n := 0
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			n++
			t.Parallel()
			if _, err := parse(text); err != nil {
				t.Error(err)
			}
		})
	}
}

// Only the outer test is parallel; its subtests run one after the other.
func TestOuterOk(t *testing.T) {
	t.Parallel()
	var err error
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			_, err = parse(text)
		})
	}
	t.Log(err)
}

// Trap T17: a variable of each round.
func TestRoundOk(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		var err error
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err = parse(text)
			t.Log(err)
		})
	}
}

// Trap T20: an element of each.
func TestElementsOk(t *testing.T) {
	texts := []string{"a", "b"}
	errs := make([]error, len(texts))
	for i, text := range texts {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, errs[i] = parse(text)
		})
	}
}

func TestLockedOk(t *testing.T) {
	var mu sync.Mutex
	n := 0
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			mu.Lock()
			defer mu.Unlock()
			n++
		})
	}
}

// One parallel subtest alone.
func TestOneOk(t *testing.T) {
	n := 0
	t.Run("one", func(t *testing.T) {
		t.Parallel()
		n++
		t.Log(n)
	})
}

// No go.mod: the language version is unknown.
func TestUnknownOk(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			t.Log(text)
		})
	}
}

func TestNestedOk(t *testing.T) {
	var tag int
	t.Run("setup", func(t *testing.T) {
		t.Run("find", func(t *testing.T) {
			t.Parallel()
			tag, _ = parse("tag")
		})
		t.Run("build", func(t *testing.T) {
			t.Parallel()
		})
	})
	t.Log(tag)
}
