package main

import (
	"os"

	ctrl "sigs.k8s.io/controller-runtime"

	"demo.local/submariner/controllers/discovery"
	"demo.local/submariner/controllers/gateway"
)

func main() {
	mgr, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{})
	if err != nil {
		os.Exit(1)
	}

	if err := (&gateway.Reconciler{Client: mgr.GetClient()}).SetupWithManager(mgr); err != nil {
		os.Exit(1)
	}

	if err := (&discovery.Reconciler{Client: mgr.GetClient()}).SetupWithManager(mgr); err != nil {
		os.Exit(1)
	}

	if err := mgr.Start(ctrl.SetupSignalHandler()); err != nil {
		os.Exit(1)
	}
}
