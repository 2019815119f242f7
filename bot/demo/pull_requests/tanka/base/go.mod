module demo.local/tanka

go 1.22
