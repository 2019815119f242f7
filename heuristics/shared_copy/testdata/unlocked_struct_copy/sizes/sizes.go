// Package sizes asks how large a struct is, which reads nothing of it.
package sizes

import (
	"sync/atomic"
	"unsafe"
)

type bucket struct {
	hint uint32
	keys []uint16
}

func (b *bucket) setHint(n int) { atomic.StoreUint32(&b.hint, uint32(n)) }

func (b *bucket) getHint() uint32 { return atomic.LoadUint32(&b.hint) }

func (b *bucket) size() uint64 {
	n := uint64(unsafe.Sizeof(*b))
	n += 2 * uint64(len(b.keys))
	return n
}
