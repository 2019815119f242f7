package server

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

type controller struct{}

var reported = map[string]bool{}

// One controller with one worker does not run beside itself (trap T24).
func (c *controller) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	reportOk(request.Name)
	return reconcile.Result{}, nil
}

func reportOk(name string) {
	reported[name] = true
}
