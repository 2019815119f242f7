package traps

// Functions whose results come from each other end the question of what is fresh.

func oneItemOk(n int) *Item {
	if n > 0 {
		return otherItemOk(n - 1)
	}
	return oneItemOk(n)
}

func otherItemOk(n int) *Item {
	item := oneItemOk(n)
	item.mu.Lock()
	defer item.mu.Unlock()
	return item
}

func useOk(r *Registry) {
	item := otherItemOk(3)
	r.mu.Lock()
	defer r.mu.Unlock()
	item.name = r.items[""].name
}
