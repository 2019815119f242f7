package loops

import (
	"context"

	"k8s.io/client-go/util/workqueue"
)

func CountBad(ctx context.Context, names []string) map[string]int {
	counts := map[string]int{}
	workqueue.ParallelizeUntil(ctx, 8, len(names), func(i int) {
		counts[names[i]]++ // want "Goroutines started by `ParallelizeUntil` write map `counts` at the same time"
	})
	counts["all"] = len(names) // the callee has waited for them (trap T18)
	return counts
}
