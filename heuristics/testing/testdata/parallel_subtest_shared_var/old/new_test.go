//go:build go1.22

package parse

import "testing"

// The build line asks for a language in which every round has a variable of its own.
func TestNewOk(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			t.Log(text)
		})
	}
}
