module example.org/filter

go 1.22
