module example.org/beginnings

go 1.22
