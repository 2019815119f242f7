package traps

import (
	"bytes"
	"sync"
)

var pool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func encode(buf *bytes.Buffer, v any) error { return nil }

func stringOk(v any) string {
	buf := pool.Get().(*bytes.Buffer)
	defer pool.Put(buf)
	encode(buf, v)
	return buf.String()
}

// Another way through the function.
func branchOk(v any) *bytes.Buffer {
	buf := pool.Get().(*bytes.Buffer)
	if err := encode(buf, v); err != nil {
		pool.Put(buf)
		return nil
	}
	return buf
}

// Assigned anew.
func anewOk(values []any) {
	buf := pool.Get().(*bytes.Buffer)
	for _, v := range values {
		encode(buf, v)
		pool.Put(buf)
		buf = pool.Get().(*bytes.Buffer)
	}
	pool.Put(buf)
}

func loopOk(values []any) {
	for _, v := range values {
		buf := pool.Get().(*bytes.Buffer)
		encode(buf, v)
		pool.Put(buf)
	}
}

func copiedOk(v any) []byte {
	buf := pool.Get().(*bytes.Buffer)
	defer pool.Put(buf)
	encode(buf, v)
	return bytes.Clone(buf.Bytes())
}

// A helper that keeps large ones keeps this one, perhaps.
func maybePut(buf *bytes.Buffer) {
	if buf.Cap() > 1<<16 {
		return
	}
	pool.Put(buf)
}

func lengthOk(v any) int {
	buf := pool.Get().(*bytes.Buffer)
	encode(buf, v)
	n := buf.Len()
	pool.Put(buf)
	return n
}

var slices = sync.Pool{New: func() any { return make([]byte, 0, 64) }}

// The length is the variable's own.
func headOk() int {
	b := slices.Get().([]byte)
	b = append(b, 'x')
	slices.Put(b)
	return len(b)
}

// Each round has another one.
func rangeOk(free []*bytes.Buffer) {
	for _, buf := range free {
		buf.Reset()
		pool.Put(buf)
	}
}
