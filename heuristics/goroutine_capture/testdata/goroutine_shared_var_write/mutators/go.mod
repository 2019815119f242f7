module example.com/mutators

go 1.21
