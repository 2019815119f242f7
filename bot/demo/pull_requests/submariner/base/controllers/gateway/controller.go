// Package gateway keeps the gateways running that are asked for.
package gateway

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "demo.local/submariner/api/v1"
	"demo.local/submariner/pkg/images"
)

// Reconciler brings gateways to what was asked for.
type Reconciler struct {
	Client client.Client
	Find   func(ctx context.Context, name string) (*v1.Gateway, error)
	Apply  func(ctx context.Context, name, image string) error
}

// Reconcile is called whenever a gateway changes.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	gateway, err := r.Find(ctx, request.Name)
	if err != nil || gateway == nil {
		return ctrl.Result{}, err
	}

	image := images.Path(gateway.Images, "gateway", "submariner-gateway")

	return ctrl.Result{}, r.Apply(ctx, gateway.Name, image)
}

// SetupWithManager has the reconciler called by the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).Named("gateway").Complete(r)
}
