package testutil

import "net/http"

var served int

// Test code beside the product (trap T15).
func HandleOk(w http.ResponseWriter, r *http.Request) {
	served++
}
