module example.org/counted

go 1.22
