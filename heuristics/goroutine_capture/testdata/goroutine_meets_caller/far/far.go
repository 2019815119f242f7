// Package far: what a goroutine does many calls away, in another package.
package far

import "example.com/far/table"

func Run(names []string) {
	t := table.New()
	go t.One("a")
	for _, name := range names {
		t.Near[name] = true // want "`Table.Near` is changed here while the goroutine started for `t`"
		t.Far[name] = true  // want(all) "`Table.Far` is changed here while the goroutine started for `t`"
	}
}
