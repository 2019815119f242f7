package getters

import "testing"

func TestGauge(t *testing.T) {
	g := &gauge{}
	g.enter()
	if g.WaitingOk() != 1 {
		t.Fatal(g.WaitingOk())
	}
}
