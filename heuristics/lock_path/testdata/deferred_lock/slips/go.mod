module example.com/slips

go 1.22
