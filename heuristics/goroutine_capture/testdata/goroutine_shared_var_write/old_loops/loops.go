package work

// Before Go 1.22 the iterations share the variable of the loop's header.
func headerBad(hosts []string, out chan string) {
	for _, host := range hosts {
		go func() {
			host = host + ":80" // want "all assign `host`"
			out <- host
		}()
	}
}

// Trap T17: a copy for each iteration.
func copyOk(hosts []string, out chan string) {
	for _, host := range hosts {
		host := host
		go func() {
			host = host + ":80"
			out <- host
		}()
	}
}
