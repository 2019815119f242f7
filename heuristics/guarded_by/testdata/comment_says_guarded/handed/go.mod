module example.org/comment

go 1.22
