module demo.local/prometheus

go 1.22
