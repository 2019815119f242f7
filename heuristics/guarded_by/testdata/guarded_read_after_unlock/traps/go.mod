module example.org/traps

go 1.22
