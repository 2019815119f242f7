// Reduced from submariner-io/submariner-operator, commit a0e81253cb90dcf6842e40f02dd7d49035c04495.

package images

import "log"

type parameters struct {
	repository string
	image      string
}

var logged = make(map[parameters]string)

func PathOfBad(repository, image string) string {
	return logIfChangedBad(repository, image, repository+"/"+image)
}

func logIfChangedBad(repository, image, result string) string {
	key := parameters{repository: repository, image: image}
	if logged[key] != result {
		log.Print("new path ", result)
	}
	logged[key] = result // want "`logged` is written without a lock and can be reached from `discovery.Reconciler.Reconcile` and `gateways.Reconciler.Reconcile` at once"
	return result
}
