module example.com/interfacelock

go 1.22
