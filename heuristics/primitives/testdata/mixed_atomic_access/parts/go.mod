module example.com/parts

go 1.22
