module example.org/added

go 1.22
