module example.com/namedbyround

go 1.22
