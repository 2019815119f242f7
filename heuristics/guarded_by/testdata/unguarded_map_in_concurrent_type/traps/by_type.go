package traps

import "net/http"

type app interface{ Run() }

type config struct{ apps map[string]app }

type loader struct{ config *config }

// What is loaded for a request is no app (trap T21); a finding is listed only.
func (l *loader) loadOk(name string) {
	var value any = build(name)
	if found, ok := value.(app); ok {
		l.config.apps[name] = found // want(all) "`config.apps` is changed in `loader.ServeHTTP`"
	}
}

func build(name string) any { return nil }

func (l *loader) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.loadOk(r.URL.Path)
}
