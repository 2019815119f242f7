package reads

import "sync"

type reader struct {
	mu   sync.Mutex
	last int // guarded by mu
	errs int // guarded by mu
}

func (r *reader) Next() {
	r.mu.Lock()
	r.last++
	r.errs++
	r.mu.Unlock()
}

func (r *reader) AtOk() int {
	// We need not hold r.mu lock here: nobody calls At and Next at the same time.

	return r.last
}

func (r *reader) ErrBad() int {
	// The first one counts.

	return r.errs // want "The comment says `errs` is guarded by `mu`, but this access does not hold it"
}
