// Package v1 holds the resources that the operator acts on.
package v1

// Images say where images come from.
type Images struct {
	Repository string
	Version    string
	Overrides  map[string]string
}

// Gateway asks for a gateway between clusters.
type Gateway struct {
	Name   string
	Images Images
}

// Discovery asks for service discovery between clusters.
type Discovery struct {
	Name   string
	Images Images
}
