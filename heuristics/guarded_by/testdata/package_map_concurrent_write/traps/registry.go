package server

// A counter-case: a registry that is filled when the program starts, and only read afterwards (trap T12).
import "net/http"

type codec interface{ Name() string }

var codecs = map[string]codec{}

func RegisterOk(c codec) {
	codecs[c.Name()] = c
}

type plain struct{}

func (plain) Name() string { return "plain" }

func init() {
	RegisterOk(plain{})
	codecs["second"] = plain{}
}

func handleCodecOk(w http.ResponseWriter, r *http.Request) {
	_ = codecs[r.URL.Path]
}
