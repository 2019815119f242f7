// Package filter has rules that are made ready before they are used.
package filter

import "sync"

type Filter interface {
	Verify(names []string)
	Skips(name string) bool
	Renew(names []string)
}

type filter struct {
	rules *rules
}

func New() Filter {
	rules := newRules()
	return &filter{rules: rules}
}

type rules struct {
	all []*rule
}

func newRules() *rules {
	made := &rules{}
	made.add("a")
	return made
}

func (r *rules) add(name string) {
	made := &rule{name: name, known: map[string]bool{}}
	r.all = append(r.all, made)
}

type rule struct {
	mu    sync.Mutex
	name  string
	known map[string]bool
}

func (f *filter) Verify(names []string) { f.rules.verify(names) }

func (f *filter) Renew(names []string) { f.rules.renew(names) }

func (r *rules) verify(names []string) {
	for _, rule := range r.all {
		rule.verifyOk(names)
	}
}

func (r *rules) renew(names []string) {
	for _, rule := range r.all {
		rule.renewBad(names)
	}
}

// Who makes a filter verifies it first (reduced from pingcap/tiflow, dmlExprFilterRule.verify).
func (r *rule) verifyOk(names []string) {
	for _, name := range names {
		r.known[name] = true
	}
}

func (r *rule) renewBad(names []string) {
	for _, name := range names {
		r.known[name] = false // want "`known` is accessed under `mu` in .+; this write is not"
	}
}

func (f *filter) Skips(name string) bool {
	for _, rule := range f.rules.all {
		if rule.skips(name) {
			return true
		}
	}
	return false
}

func (r *rule) skips(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[name] {
		delete(r.known, name)
	}
	return r.has(name)
}

func (r *rule) has(name string) bool {
	return r.known[name] || r.known[r.name]
}
