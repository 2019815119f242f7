// Package one_each wraps requests, and closes things once.
package one_each

import (
	"io"
	"net/http"
	"sync"
)

type capture struct {
	body  io.Reader
	inner http.ResponseWriter
}

func wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		c := &capture{}
		newRW, newReq := c.renew(rw, req)
		next.ServeHTTP(newRW, newReq)
	})
}

func (c *capture) renew(rw http.ResponseWriter, req *http.Request) (http.ResponseWriter, *http.Request) {
	c.body = req.Body
	c.inner = rw
	return c.inner, req
}

// Reader reads policies. It is safe for concurrent use.
type Reader struct {
	mu         sync.Mutex
	closing    bool
	unregister func()
}

// Close may be called several times.
func (r *Reader) Close() error {
	r.mu.Lock()
	if r.closing {
		r.mu.Unlock()
		return nil
	}
	r.closing = true
	r.mu.Unlock()
	if r.unregister != nil {
		r.unregister()
		r.unregister = nil
	}
	return nil
}
