package update

import (
	"context"
	"sync"
	"testing"
)

func TestUpdater(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	update := func(ctx context.Context) {
		if err := ctx.Err(); err != nil {
			t.Fatal(err) // want(all) "only stops this goroutine"
		}
		for {
			select {
			case <-ctx.Done():
				return
			default:
			}
		}
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		update(ctx)
	}()
	cancel()
	wg.Wait()
}
