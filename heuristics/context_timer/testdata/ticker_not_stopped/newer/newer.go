package newer

import (
	"context"
	"time"
)

func CollectedOk(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
