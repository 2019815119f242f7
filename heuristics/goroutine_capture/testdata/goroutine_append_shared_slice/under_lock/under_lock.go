package underlock

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// All tokens together are the wait for the goroutines.
func ownedOk(ctx context.Context, shards []int, check func([]int)) {
	var mu sync.Mutex
	var owned []int
	token := semaphore.NewWeighted(4)
	for _, shard := range shards {
		if token.Acquire(ctx, 1) != nil {
			break
		}
		go func() {
			defer token.Release(1)
			mu.Lock()
			owned = append(owned, shard)
			mu.Unlock()
		}()
	}
	_ = token.Acquire(ctx, 4)
	go func() { check(owned) }()
}
