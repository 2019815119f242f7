module example.com/keyed

go 1.22

require k8s.io/utils v0.0.1
