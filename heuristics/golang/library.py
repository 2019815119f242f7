"""What values of a repository pass through outside it, as Go declarations without bodies. Tables only, no logic.

By import path: functions whose results have the type of what they are given, generic types with the methods that give
it back, and the named types that are maps, slices and functions.
"""

from __future__ import annotations

DECLARATIONS = {
    "cmp": "func Or[T comparable](all ...T) T",
    "context": """
        type CancelFunc func()
        type CancelCauseFunc func(error)
    """,
    "crypto/ed25519": """
        type PrivateKey []byte
        type PublicKey []byte
    """,
    "database/sql": "type RawBytes []byte",
    "encoding/asn1": """
        type ObjectIdentifier []int
        type RawContent []byte
    """,
    "encoding/json": "type RawMessage []byte",
    "encoding/json/jsontext": "type Value []byte",
    "encoding/xml": """
        type CharData []byte
        type Comment []byte
        type Directive []byte
    """,
    "errors": "func AsType[E error](err error) (E, bool)",
    "expvar": "type Func func() any",
    "go/ast": "type CommentMap map[Node][]*CommentGroup",
    "go/scanner": "type ErrorList []*Error",
    "html/template": "type FuncMap map[string]any",
    "image/color": "type Palette []Color",
    "io/fs": "type WalkDirFunc func(path string, entry DirEntry, err error) error",
    "iter": """
        type Seq[V any] func(yield func(V) bool)
        type Seq2[K, V any] func(yield func(K, V) bool)
        func Pull[V any](all Seq[V]) (next func() (V, bool), stop func())
        func Pull2[K, V any](all Seq2[K, V]) (next func() (K, V, bool), stop func())
    """,
    "maps": """
        import "iter"
        func All[Map ~map[K]V, K comparable, V any](m Map) iter.Seq2[K, V]
        func Clone[Map ~map[K]V, K comparable, V any](m Map) Map
        func Collect[K comparable, V any](all iter.Seq2[K, V]) map[K]V
        func Keys[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[K]
        func Values[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[V]
    """,
    "net": """
        type Buffers [][]byte
        type HardwareAddr []byte
        type IP []byte
        type IPMask []byte
    """,
    "net/http": """
        type HandlerFunc func(ResponseWriter, *Request)
        type Header map[string][]string
    """,
    "net/mail": "type Header map[string][]string",
    "net/textproto": "type MIMEHeader map[string][]string",
    "net/url": "type Values map[string][]string",
    "path/filepath": """
        import "io/fs"
        type WalkFunc func(path string, info fs.FileInfo, err error) error
    """,
    "reflect": "func TypeAssert[T any](v Value) (T, bool)",
    "slices": """
        import "iter"
        func All[Slice ~[]E, E any](s Slice) iter.Seq2[int, E]
        func AppendSeq[Slice ~[]E, E any](s Slice, all iter.Seq[E]) Slice
        func Backward[Slice ~[]E, E any](s Slice) iter.Seq2[int, E]
        func Chunk[Slice ~[]E, E any](s Slice, n int) iter.Seq[Slice]
        func Clip[Slice ~[]E, E any](s Slice) Slice
        func Clone[Slice ~[]E, E any](s Slice) Slice
        func Collect[E any](all iter.Seq[E]) []E
        func Compact[Slice ~[]E, E comparable](s Slice) Slice
        func CompactFunc[Slice ~[]E, E any](s Slice, same func(E, E) bool) Slice
        func Concat[Slice ~[]E, E any](all ...Slice) Slice
        func Delete[Slice ~[]E, E any](s Slice, i, j int) Slice
        func DeleteFunc[Slice ~[]E, E any](s Slice, gone func(E) bool) Slice
        func Grow[Slice ~[]E, E any](s Slice, n int) Slice
        func Insert[Slice ~[]E, E any](s Slice, i int, all ...E) Slice
        func Max[Slice ~[]E, E any](s Slice) E
        func MaxFunc[Slice ~[]E, E any](s Slice, compare func(a, b E) int) E
        func Min[Slice ~[]E, E any](s Slice) E
        func MinFunc[Slice ~[]E, E any](s Slice, compare func(a, b E) int) E
        func Repeat[Slice ~[]E, E any](s Slice, n int) Slice
        func Replace[Slice ~[]E, E any](s Slice, i, j int, all ...E) Slice
        func Sorted[E any](all iter.Seq[E]) []E
        func SortedFunc[E any](all iter.Seq[E], compare func(E, E) int) []E
        func SortedStableFunc[E any](all iter.Seq[E], compare func(E, E) int) []E
        func Values[Slice ~[]E, E any](s Slice) iter.Seq[E]
    """,
    "sort": """
        type Float64Slice []float64
        type IntSlice []int
        type StringSlice []string
    """,
    "sync": """
        func OnceValue[T any](f func() T) func() T
        func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2)
    """,
    "sync/atomic": """
        type Pointer[T any] struct{}
        func (p *Pointer[T]) Load() *T
        func (p *Pointer[T]) Swap(new *T) *T
    """,
    "testing/fstest": "type MapFS map[string]*MapFile",
    "text/template": "type FuncMap map[string]any",
    "unique": """
        type Handle[T comparable] struct{}
        func (h Handle[T]) Value() T
        func Make[T comparable](value T) Handle[T]
    """,
    "weak": """
        type Pointer[T any] struct{}
        func (p Pointer[T]) Value() *T
        func Make[T any](p *T) Pointer[T]
    """,
    "golang.org/x/exp/maps": """
        func Clone[Map ~map[K]V, K comparable, V any](m Map) Map
        func Keys[Map ~map[K]V, K comparable, V any](m Map) []K
        func Values[Map ~map[K]V, K comparable, V any](m Map) []V
    """,
    "golang.org/x/exp/slices": """
        func Clip[Slice ~[]E, E any](s Slice) Slice
        func Clone[Slice ~[]E, E any](s Slice) Slice
        func Compact[Slice ~[]E, E comparable](s Slice) Slice
        func CompactFunc[Slice ~[]E, E any](s Slice, same func(E, E) bool) Slice
        func Delete[Slice ~[]E, E any](s Slice, i, j int) Slice
        func DeleteFunc[Slice ~[]E, E any](s Slice, gone func(E) bool) Slice
        func Grow[Slice ~[]E, E any](s Slice, n int) Slice
        func Insert[Slice ~[]E, E any](s Slice, i int, all ...E) Slice
        func Max[Slice ~[]E, E any](s Slice) E
        func MaxFunc[Slice ~[]E, E any](s Slice, compare func(a, b E) int) E
        func Min[Slice ~[]E, E any](s Slice) E
        func MinFunc[Slice ~[]E, E any](s Slice, compare func(a, b E) int) E
    """,
    "go.uber.org/atomic": """
        type Pointer[T any] struct{}
        func (p *Pointer[T]) Load() *T
        func (p *Pointer[T]) Swap(new *T) *T
    """,
}
