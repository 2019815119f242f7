package buffers

import (
	"bytes"
	"sync"
)

var pool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func encode(buf *bytes.Buffer, v any) error { return nil }

func deferredBad(v any) []byte {
	buf := pool.Get().(*bytes.Buffer)
	defer pool.Put(buf)
	encode(buf, v)
	return buf.Bytes() // want "^`buf` is used after it went back to the pool.$"
}

func sharedBad(v any) []byte {
	buf := pool.Get().(*bytes.Buffer)
	encode(buf, v)
	data := buf.Bytes()
	pool.Put(buf)
	return data // want "`buf` is used after"
}

func usedBad(v any) {
	buf := pool.Get().(*bytes.Buffer)
	encode(buf, v)
	pool.Put(buf)
	buf.Reset() // want "`buf` is used after"
}

func putBuffer(buf *bytes.Buffer) {
	buf.Reset()
	pool.Put(buf)
}

func helperBad(v any) {
	buf := pool.Get().(*bytes.Buffer)
	putBuffer(buf)
	encode(buf, v) // want "`buf` is used after"
}
