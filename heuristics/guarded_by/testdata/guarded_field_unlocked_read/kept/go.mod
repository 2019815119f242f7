module example.org/getters

go 1.22
