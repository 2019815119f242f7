package images

var last string

// Use is called by a handler of another package.
func Use(path string) {
	last = path // want "`last` is changed here without a lock and `server.handleCountBad` runs in parallel"
}
