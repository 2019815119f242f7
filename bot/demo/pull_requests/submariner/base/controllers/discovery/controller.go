// Package discovery keeps service discovery running where it is asked for.
package discovery

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "demo.local/submariner/api/v1"
	"demo.local/submariner/pkg/images"
)

// Reconciler brings service discovery to what was asked for.
type Reconciler struct {
	Client client.Client
	Find   func(ctx context.Context, name string) (*v1.Discovery, error)
	Deploy func(ctx context.Context, name, agent, dns string) error
}

// Reconcile is called whenever a discovery changes.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	discovery, err := r.Find(ctx, request.Name)
	if err != nil || discovery == nil {
		return ctrl.Result{}, err
	}

	agent := imagePath(discovery, "lighthouse-agent")
	dns := imagePath(discovery, "lighthouse-coredns")

	return ctrl.Result{}, r.Deploy(ctx, discovery.Name, agent, dns)
}

// SetupWithManager has the reconciler called by the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).Named("discovery").Complete(r)
}

func imagePath(discovery *v1.Discovery, component string) string {
	return images.Path(discovery.Images, component, component)
}
