"""What names and selectors mean, as far as text tells."""

from __future__ import annotations

import pytest

from heuristics.golang.model import Act, Basic, Named, Pointer

DECLARATIONS = """
import ("sync"; "time"; aliased "example.com/m/q"; "example.com/elsewhere/v2")
type base struct { mu sync.Mutex; names map[string]*item }
type item struct { count int; next *item }
type T struct { *base; items []item; byName map[string]item; when time.Time; foreign elsewhere.Thing }
type Alias = T
type Set[K comparable, V any] struct { mu sync.RWMutex; all map[K]V }
func (s *Set[K, V]) get(k K) V { return s.all[k] }
type loader interface { load() *item }
func first[E any](all []E) E { return all[0] }
func make2() (*T, error) { return nil, nil }
var global = map[string]*T{}
"""


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("t.mu", Named("sync", "Mutex")),
        ('t.names["a"].count', Basic("int")),
        ("t.items[0].next.count", Basic("int")),
        ('t.byName["x"].next', Pointer(Named("./p", "item"))),
        ("t.when", Named("time", "Time")),
        ("alias.items[0].count", Basic("int")),
        ('set.get("k").count', Basic("int")),
        ("first(t.items).count", Basic("int")),
        ("first[item](nil).count", Basic("int")),
        ("made.items[1].count", Basic("int")),
        ("l.load().next.count", Basic("int")),
        ('global["g"].items[0].count', Basic("int")),
        ("aliased.Exported.Field", Basic("string")),
        ("x.(*item).count", Basic("int")),
        ("(&item{}).count", Basic("int")),
        ("new(item).count", Basic("int")),
        ("(<-ch).count", Basic("int")),
        ("func() *item { return nil }().count", Basic("int")),
        ("shadow.count", Basic("int")),
    ],
)
def test_the_type_of_a_selector(index_of, expression, type_):
    source = (
        DECLARATIONS
        + f"""
func f(t *T, alias *Alias, set *Set[string, item], l loader, x any, ch chan *item) {{
	made, _ := make2()
	shadow := t
	for _, shadow := range t.items {{
		keep({expression})
	}}
	_ = shadow
}}
func keep(any) {{}}
"""
    )
    index = index_of(source, q__q_go="package q\n\ntype S struct { Field string }\nvar Exported S\n")
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    call = next(s.call for s in flow.steps if s.act is Act.CALL and s.call.name == "keep")
    assert call.arguments[0].type == type_


def test_what_text_cannot_tell_is_unknown(index_of):
    index = index_of(DECLARATIONS + "func f(t *T) { keep(t.foreign.field) }\nfunc keep(any) {}")
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    place = next(s.call for s in flow.steps if s.act is Act.CALL).arguments[0].place
    assert place.field.owner == "?"


def test_promoted_fields_are_spelled_out(index_of):
    index = index_of(DECLARATIONS + "func f(t *T) { t.names = nil }")
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    place = next(s.place for s in flow.steps if s.act is Act.WRITE)
    assert [hop.key for hop in place.path] == ["./p.T.base", "./p.base.names"]


def test_cycles_end(index_of):
    index = index_of(
        "type A = B\ntype B = A\ntype C struct { D }\ntype D struct { *C }\ntype E E\nvar v = w\nvar w = v\n"
        "func f(a A, c C, e E) { keep(a.x); keep(c.nothing); keep(e.x); keep(v.y) }\nfunc keep(any) {}"
    )
    assert not index.flow(next(f for f in index.functions() if f.name == "f")).gave_up


def test_a_method_of_several_modules_and_a_package_of_another_folder(index_of):
    index = index_of(
        'import "example.com/m/q"\nfunc f() { q.Run(nil) }', q__q_go="package q\n\nfunc Run(f func()) { go f() }\n"
    )
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    call = next(s.call for s in flow.steps if s.act is Act.CALL)
    assert call.function.symbol == "Run"
    assert index.summaries.runs_argument(call, 0) == "spawned"


def test_a_lock_around_the_go_statement_is_not_held_by_the_goroutine(index_of):
    index = index_of(
        'import "example.com/m/q"\nfunc f() { q.Run(nil) }',
        q__q_go='package q\n\nimport "sync"\n\nvar mu sync.Mutex\n\n'
        "func Run(f func()) { mu.Lock(); go f(); mu.Unlock() }\n",
    )
    flow = index.flow(next(f for f in index.functions() if f.name == "f"))
    call = next(s.call for s in flow.steps if s.act is Act.CALL)
    assert index.summaries.runs_argument(call, 0) == "spawned"
