module example.org/account

go 1.22
