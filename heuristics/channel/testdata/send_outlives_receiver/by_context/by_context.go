// Package by_context has a loop that only its context ends, which it asks twice.
package by_context

import "context"

type store struct{ saves chan string }

func newStore(ctx context.Context) *store {
	s := &store{saves: make(chan string)}
	go s.listen(ctx)
	return s
}

func (s *store) listen(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case save := <-s.saves:
			select {
			case <-ctx.Done():
				return
			default:
			}
			println(save)
		}
	}
}

func (s *store) Save(text string) {
	s.saves <- text // want(all) "blocks for ever"
}
