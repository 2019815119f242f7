// Package images knows where images come from.
package images

import (
	"fmt"
	"os"

	v1 "demo.local/submariner/api/v1"
)

// Path returns the address of the image of a component: an override, else what the environment says, else the
// repository's image of this version.
func Path(from v1.Images, image, component string) string {
	if override, ok := from.Overrides[component]; ok {
		return override
	}

	if related, ok := os.LookupEnv("RELATED_IMAGE_" + image); ok {
		return related
	}

	path := image
	if from.Repository != "local" {
		path = fmt.Sprintf("%s/%s", from.Repository, image)
	}

	return fmt.Sprintf("%s:%s", path, from.Version)
}
