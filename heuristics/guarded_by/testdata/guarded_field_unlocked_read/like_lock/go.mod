module example.com/likelock

go 1.22
