module example.org/guarded

go 1.22
