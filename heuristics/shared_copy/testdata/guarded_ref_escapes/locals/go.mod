module example.org/locals

go 1.22
