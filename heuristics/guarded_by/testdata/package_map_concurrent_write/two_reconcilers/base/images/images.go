package images

func PathOfBad(repository, image string) string {
	return repository + "/" + image
}
