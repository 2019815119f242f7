// Reduced from nats-io/nats-server before 4997637270 and grpc/grpc-go before 78e558bbc1: a tls.Config is copied that
// connections use.
package library

import (
	"crypto/tls"
	"net"
	"net/http"
)

type server struct {
	options *options
}

type options struct {
	tls *tls.Config
}

func (s *server) dialBad(conn net.Conn, host string) *tls.Conn {
	config := *s.options.tls // want "^`.s.options.tls` copies a `tls.Config` with the lock inside it, while others may be using the original.$"
	config.ServerName = host
	return tls.Client(conn, &config)
}

type credentials struct {
	config tls.Config
}

func newBad(config *tls.Config) *credentials {
	return &credentials{*config} // want "`.config` copies a `tls.Config`"
}

func transportBad() *http.Transport {
	own := *http.DefaultTransport.(*http.Transport) // want "copies a `http.Transport`"
	return &own
}

func (s *server) cloneOk(host string) *tls.Config {
	config := s.options.tls.Clone()
	config.ServerName = host
	return config
}

// T10: nobody else has it.
func freshOk() tls.Config {
	made := &tls.Config{ServerName: "x"}
	return *made
}

func clonedOk(config *tls.Config) tls.Config {
	own := config.Clone()
	return *own
}

func pointerOk(s *server) *tls.Config {
	config := s.options.tls
	return config
}
