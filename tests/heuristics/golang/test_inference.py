"""Types of expressions by reason: generics, method expressions, the library, embedded types beside each other."""

from __future__ import annotations

import pytest

from heuristics.golang.model import UNKNOWN, Act, Basic, Named, Pointer, Slice

DECLARATIONS = """
import (
	"encoding/json"
	"io"
	"iter"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"example.com/elsewhere/lru"
)
type item struct { count int; next *item; name string }
type items []*item
type pair[K comparable, V any] struct { key K; value V }
type store struct {
	net.Conn
	sync.Mutex
	current atomic.Pointer[item]
	byName  map[string]*item
	all     items
	raw     json.RawMessage
	header  http.Header
	nested  map[string]map[int]*item
	handlers map[string]func(int) *item
	key     item
}
func (s *store) each() iter.Seq[*item] { return nil }
func (s *store) pairs() iter.Seq2[string, *item] { return nil }
func (s *store) get(name string) (*item, error) { return nil, nil }
type closer interface { io.Closer; load() *item }
type wrapped struct { io.Reader; *store }
func first[S ~[]E, E any](all S) E { return all[0] }
func convert[T any, R any](all []T, f func(T) R) []R { return nil }
func variadic[T any](all ...T) T { return all[0] }
func nothing[T any]() T { var none T; return none }
func makePair[K comparable, V any](k K, v V) *pair[K, V] { return nil }
func fill[T any, P interface { *T; reset() }](all []P) []P { return all }
func evicting[K comparable](f lru.Callback[K]) *item { return nil }
type Seq = func(yield func(*item) bool)
type list[T any] struct { head *node[T] }
type node[T any] struct { value T; next *node[T] }
func (l *list[T]) all() iter.Seq[T] { return nil }
type alias[T any] = list[T]
"""


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("s.current.Load().next", Pointer(Named("./p", "item"))),
        ("s.current.Load().count", Basic("int")),
        ("slices.Clone(s.all)[0].count", Basic("int")),
        ("slices.Collect(maps.Values(s.byName))[0].count", Basic("int")),
        ("slices.Collect(maps.Keys(s.byName))[0]", Basic("string")),
        ("slices.MaxFunc(s.all, nil).count", Basic("int")),
        ("slices.Concat(s.all, s.all)[0].count", Basic("int")),
        ("slices.Insert(s.all, 0, nil)[0].count", Basic("int")),
        ("maps.Clone(s.byName)[``].count", Basic("int")),
        ("sync.OnceValue(func() *item { return nil })().count", Basic("int")),
        ("first(s.all).count", Basic("int")),
        ("first([]item{}).count", Basic("int")),
        (
            "convert(s.all, func(i *item) pair[string, *item] { return pair[string, *item]{} })[0].value.count",
            Basic("int"),
        ),
        ("variadic(item{}, item{}).count", Basic("int")),
        ("variadic(s.all...).count", Basic("int")),
        ("nothing[*item]().count", Basic("int")),
        ("nothing()", UNKNOWN),
        ("fill[item](nil)[0].count", Basic("int")),
        ("makePair(``, s.all).value[0].count", Basic("int")),
        ("variadic(s.get(``)).count", Basic("int")),
        ("(*store).get", None),
        ("s.raw[0]", Basic("byte")),
        ("s.header[``][0]", Basic("string")),
        ("s.nested[s.key.name][s.key.count].count", Basic("int")),
        ("s.nested[s.key.name][s.key.count]", Pointer(Named("./p", "item"))),
        ("s.handlers[s.key.name](1).count", Basic("int")),
        ("new(item).count", Basic("int")),
        ("new(s.key).count", Basic("int")),
        ("new(int64(1))", Pointer(Basic("int64"))),
        ("new(`text`)", Pointer(Basic("string"))),
        ("new(s.key.count + 1)", Pointer(Basic("int"))),
        ("new([]item)", Pointer(Slice(Named("./p", "item")))),
        ("new(s.key.count)", Pointer(Basic("int"))),
        ("new(s.key.count * 2)", Pointer(Basic("int"))),
        ("new(*first(s.all)).count", Basic("int")),
        ("new(s.header[``][0])", Pointer(Basic("string"))),
        ("new(item{count: 1}).count", Basic("int")),
        ("new([]item{{}})", Pointer(Slice(Named("./p", "item")))),
        ("evicting(func(int) {}).count", Basic("int")),
        ("c.load().count", Basic("int")),
        ("w.all[0].count", Basic("int")),
        ("l.head.next.value.count", Basic("int")),
        ("al.head.next.value.count", Basic("int")),
        ("ranged.count", Basic("int")),
        ("second.count", Basic("int")),
        ("value.count", Basic("int")),
        ("called.count", Basic("int")),
        ("number", Basic("int")),
        ("inList.count", Basic("int")),
        ("byFunc.count", Basic("int")),
        ("got.count", Basic("int")),
        ("method().count", Basic("int")),
        ("switched.count", Basic("int")),
        ("received.count", Basic("int")),
        ("asserted.count", Basic("int")),
        ("anonymous.inner.count", Basic("int")),
        ("each.inner.count", Basic("int")),
    ],
)
def test_the_type_of_an_expression(index_of, expression, type_):
    source = (
        DECLARATIONS
        + f"""
var anonymous struct {{ sync.Mutex; inner *item }}
func f(s *store, c closer, w *wrapped, l *list[*item], al *alias[*item], seq Seq, x any, ch chan *item) {{
	called, _ := (*store).get(s, "")
	got, _ := s.get("")
	method := s.current.Load
	asserted, ok := x.(*item)
	received, ok := <-ch
	_ = ok
	for ranged := range s.each() {{
		for _, second := range s.pairs() {{
			for _, value := range maps.All(s.byName) {{
				for number := range len(s.all) {{
					for inList := range l.all() {{
						for byFunc := range seq {{
							for _, each := range []struct {{ inner *item }}{{}} {{
								switch switched := x.(type) {{
								case *item:
									keep({expression})
								}}
							}}
						}}
					}}
				}}
			}}
		}}
	}}
}}
func keep(any) {{}}
"""
    )
    index = index_of(source)
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    call = next(s.call for s in flow.steps if s.act is Act.CALL and s.call.name == "keep")
    if type_ is None:
        signature = call.arguments[0].type
        assert signature.parameters == (Pointer(Named("./p", "store")), Basic("string"))
    else:
        assert call.arguments[0].type == type_


def test_the_lock_among_embedded_types_has_the_methods_of_a_lock(index_of):
    index = index_of(DECLARATIONS + "func f(s *store) { s.Lock(); s.Close() }")
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    acts = [(s.act, s.place.text if s.place else "", s.call.known if s.call else "") for s in flow.steps]
    lock = next(s for s in flow.steps if s.act is Act.ACQUIRE)
    assert [hop.name for hop in lock.place.path] == ["Mutex"]
    assert (Act.CALL, "net.Conn.Close") in [(act, known) for act, _, known in acts]


def test_a_name_of_a_package_that_is_imported_with_a_dot(index_of):
    index = index_of(
        'import (. "example.com/m/q"; . "example.com/elsewhere")\nfunc f(s *S, o *Other) { keep(s.field); keep(o) }\n'
        "func keep(any) {}",
        q__q_go="package q\n\ntype S struct { field int }\n",
    )
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    types = [s.call.arguments[0].type for s in flow.steps if s.act is Act.CALL]
    assert types == [Basic("int"), Pointer(Named("example.com/elsewhere", "Other"))]


def test_a_type_parameter_where_an_expression_stands(index_of):
    index = index_of(
        "type S[T any] struct { all map[string]*T }\n"
        "func (s *S[T]) add() { keep(new(T)); keep(make([]T, 1)[0]); keep(*(*T)(nil)) }\nfunc keep(any) {}"
    )
    flow = index.flow(next(f for f in index.functions() if f.name == "add"))
    types = [s.call.arguments[0].type for s in flow.steps if s.act is Act.CALL and s.call.name == "keep"]
    assert types == [Pointer(Basic("T")), Basic("T"), Basic("T")]


def test_an_index_by_fields_in_a_map_of_maps_is_a_change_of_the_map(flow_of):
    flow = flow_of(
        "type S struct { m map[string]map[string]int }\ntype key struct { a, b string }\n"
        "func (s *S) set(k key) { s.m[k.a][k.b] = 1 }",
        "S.set",
    )
    place = next(s.place for s in flow.steps if s.act is Act.MUTATE)
    assert place.text == "s.m[k.a][k.b]"
    assert place.path[0].key == "./p.S.m"


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("s.with(first(s.all)).count", Basic("int")),
        ("s.with[*item](nil).count", Basic("int")),
        ("l.mapped(func(int) *item { return nil }).head.value.count", Basic("int")),
        ("l.pairs[string](nil)[``]", Basic("int")),
        ("l.last()", Basic("int")),
    ],
)
def test_a_method_may_have_type_parameters_of_its_own(index_of, expression, type_):
    index = index_of(
        DECLARATIONS
        + f"""
func f(s *store, l *list[int]) {{ keep({expression}) }}
func (s *store) with[T any](x T) T {{ return x }}
func (l *list[T]) mapped[R any](f func(T) R) *list[R] {{ return nil }}
func (l *list[T]) pairs[K comparable,
	V ~map[K][]T](f func(V)) map[K]T {{ return nil }}
func (l *list[T]) last() T {{ return l.head.value }}
func keep(any) {{}}
"""
    )
    assert index.problems == ()
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    call = next(s.call for s in flow.steps if s.act is Act.CALL and s.call.name == "keep")
    assert call.arguments[0].type == type_
