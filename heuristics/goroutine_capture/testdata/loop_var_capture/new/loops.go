package work

// Trap T17: with Go 1.22 every round has a variable of its own.
func ownOk(hosts []string, out chan string) {
	for _, host := range hosts {
		go func() { out <- host }()
	}
}
