package target

import "testing"

func TestLogOk(t *testing.T) {
	target := &Target{entries: make(chan string)}
	go target.log("by hand")
}
