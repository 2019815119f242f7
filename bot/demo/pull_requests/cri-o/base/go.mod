module demo.local/cri-o

go 1.22
