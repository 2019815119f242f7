module demo.local/thanos

go 1.22
