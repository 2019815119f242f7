package gateways

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"example.org/operator/images"
)

type Reconciler struct{ repository string }

func (r *Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	return reconcile.Result{}, r.deploy(request.Name)
}

func (r *Reconciler) deploy(name string) error {
	_ = r.imageOf(name)
	return nil
}

func (r *Reconciler) imageOf(name string) string {
	return images.PathOfBad(r.repository, name)
}
