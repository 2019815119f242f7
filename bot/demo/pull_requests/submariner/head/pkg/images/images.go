// Package images knows where images come from.
package images

import (
	"fmt"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"

	v1 "demo.local/submariner/api/v1"
)

type question struct {
	repository string
	version    string
	image      string
	component  string
}

var (
	log    = ctrl.Log.WithName("images")
	logged = make(map[question]string)
)

// Path returns the address of the image of a component: an override, else what the environment says, else the
// repository's image of this version.
func Path(from v1.Images, image, component string) string {
	if override, ok := from.Overrides[component]; ok {
		return logWhenNew(from, image, component, override, "overridden")
	}

	if related, ok := os.LookupEnv("RELATED_IMAGE_" + image); ok {
		return logWhenNew(from, image, component, related, "from the environment")
	}

	path := image
	if from.Repository != "local" {
		path = fmt.Sprintf("%s/%s", from.Repository, image)
	}

	return logWhenNew(from, image, component, fmt.Sprintf("%s:%s", path, from.Version), "computed")
}

func logWhenNew(from v1.Images, image, component, path, reason string) string {
	asked := question{
		repository: from.Repository,
		version:    from.Version,
		image:      image,
		component:  component,
	}

	before, ok := logged[asked]
	if !ok || before != path {
		log.Info("Image path", "component", component, "path", path, "before", before, "reason", reason)
	}

	logged[asked] = path

	return path
}
