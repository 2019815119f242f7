module example.org/memoized

go 1.22
