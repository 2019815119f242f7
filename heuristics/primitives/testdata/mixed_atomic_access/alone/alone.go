// Package alone has a hint that readers move, and changes that callers keep to themselves.
package alone

import "sync/atomic"

type bucket struct {
	hint uint32
	keys []uint16
}

func (b *bucket) Has(key uint16) bool {
	if n := atomic.LoadUint32(&b.hint); n < uint32(len(b.keys)) && b.keys[n] == key {
		return true
	}
	for i, k := range b.keys {
		if k == key {
			atomic.StoreUint32(&b.hint, uint32(i))
			return true
		}
	}
	return false
}

func (b *bucket) intersect(keep func(uint16) bool) {
	kept := b.keys[:0]
	for _, k := range b.keys {
		if keep(k) {
			kept = append(kept, k)
		}
	}
	b.hint = 0
	b.keys = kept
}
