package handlers

import (
	"context"
	"net/http"
	"sync"

	"example.com/infopb"
)

type info struct {
	infopb.UnimplementedInfoServer
	labels func() string
	store  *string
	once   sync.Once
	mu     sync.Mutex
	last   string
	count  int
}

// Reduced from thanos-io/thanos 34e6527fba: a request fills in what is missing.
func (s *info) InfoBad(ctx context.Context, request *infopb.Request) (string, error) {
	if s.store == nil {
		s.store = new(string) // want "`info.store` is assigned without a lock in `info.InfoBad`, which runs once per request"
	}
	return *s.store, nil
}

// A Once runs it (trap T12).
func (s *info) OnceOk(ctx context.Context, request *infopb.Request) (string, error) {
	s.once.Do(func() { s.last = "x" })
	return s.last, nil
}

// The lock is held.
func (s *info) CountOk(ctx context.Context, request *infopb.Request) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return "", nil
}

type page struct{ title string }

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.setBad(r.URL.Path)
	q := &page{}
	q.title = "own"
	p.SetTitleOk(q.title)
}

func (p *page) setBad(title string) {
	p.title = title + "!" // want "`page.title` is assigned without a lock in `page.ServeHTTP`, which runs once per request"
}

// A setter, for whoever sets things up.
func (p *page) SetTitleOk(title string) {
	p.title = title
}

// A value receiver: every request has a copy.
type view struct{ title string }

func (v view) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.title = r.URL.Path
}
