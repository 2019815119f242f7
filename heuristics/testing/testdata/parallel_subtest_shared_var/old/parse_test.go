package parse

import "testing"

func TestLoopBad(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			t.Log(text) // want "Parallel subtests share the loop variable `text` \(go 1.21\); all see its last value"
		})
	}
}

// Trap T17: a copy of each round.
func TestCopyOk(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		text := text
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			t.Log(text)
		})
	}
}

// One after the other.
func TestInTurnOk(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) { t.Log(text) })
	}
}

// Before Parallel the loop stands still.
func TestBeforeOk(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			mine := text
			t.Parallel()
			t.Log(mine)
		})
	}
}
