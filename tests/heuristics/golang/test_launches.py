"""What may still run at a step, which goroutine a closure runs in, and what a call changes for its caller."""

from __future__ import annotations

import pytest

from heuristics.concurrency.launches import launches_of, repeated
from heuristics.golang.model import Act

HEAD = 'import ("context"; "sync"; "time")\ntype T struct { n int; m map[string]int }\n'


def running_at(flow, text):
    """Whether the goroutine of the only launch may run at the write of this place: "now", "old", both or ""."""
    (site,) = {s.span.start for s in flow.steps if s.act is Act.SPAWN}
    steps = [s for s in flow.steps if s.act in (Act.WRITE, Act.MUTATE) and s.place and s.place.text == text]
    found = {live for s in steps for live in s.running}
    return "+".join(word for word, live in (("now", site), ("old", ~site)) if live in found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("go f(); n = 1", "now"),
        ("n = 1; go f()", ""),
        ("go f(); <-c; n = 1", ""),
        ("go f(); wg.Wait(); n = 1", ""),
        ("go f(); wait(&wg); n = 1", ""),
        ("go f(); do(func() { wg.Wait() }); n = 1", ""),
        ("go f(); for range c { }; n = 1", ""),
        ("go f(); time.Sleep(1); n = 1", "now"),
        ("go f(); <-ctx.Done(); n = 1", "now"),
        ("go f(); <-time.After(1); n = 1", "now"),
        ("go f(); select { case <-c: case <-ctx.Done(): n = 1 }", "now"),
        ("go f(); select { case <-c: n = 1; case <-ctx.Done(): }", ""),
        ("if n > 0 { go f(); return }; n = 1", ""),
        ("if n > 0 { go f() }; n = 1", "now"),
        ("if n > 0 { go f() } else { n = 1 }", ""),
        ("for { n = 1; go f() }", "old"),
        ("for { n = 1; go f(); <-c }", ""),
        ("for { go f(); n = 1 }", "now+old"),
        ("start := func() { n = 1; go f() }; for { start() }", "old"),
    ],
)
def test_what_may_still_run(flow_of, body, expected):
    source = f"{HEAD}func f() {{}}\nfunc do(g func()) {{ g() }}\nfunc wait(wg *sync.WaitGroup) {{ wg.Wait() }}\n"
    source += f"func r(ctx context.Context, c chan int, n int) {{ var wg sync.WaitGroup; _ = wg; {body} }}"
    assert running_at(flow_of(source, "r"), "n") == expected


@pytest.mark.parametrize(
    ("loop", "version", "expected"),
    [
        ("for i := 0; i < 3; i++ { go func() { v++ }() }", "1.22", True),
        ("for i := 0; i < 3; i++ { v := i; go func() { v++ }() }", "1.22", False),
        ("for v := 0; v < 3; v++ { go func() { v++ }() }", "1.22", False),
        ("for v := 0; v < 3; v++ { go func() { v++ }() }", "1.21", True),
        ("for v := range 3 { go func() { v++ }() }", "1.21", True),
        ("for { go func() { v++; c <- v }(); <-c }", "1.22", False),
        ("for { go func() { v := 0; go func() { v++ }() }() }", "1.22", False),
        ("for { go func() { go func() { v++ }() }() }", "1.22", True),
        ("each(3, func(i int) { v++ })", "1.22", True),
    ],
)
def test_how_many_goroutines_share_a_variable(index_of, loop, version, expected):
    runner = "func each(n int, g func(int)) { for i := 0; i < n; i++ { go func() { g(i) }() } }\n"
    constraint = f"//go:build go{version}\n\npackage p\n"
    index = index_of(p__p_go=f"{constraint}{runner}func r(c chan int) {{ v := 0; _ = v; {loop} }}")
    function = next(f for f in index.functions() if f.symbol == "r")
    launch = launches_of(index, function)[-1]
    flow = index.flow(function)
    (var,) = {s.place.root for s in flow.steps if s.act is Act.MUTATE and s.place.text == "v" and _inside(flow, s)}
    assert repeated(index, launch, var) is expected


def _inside(flow, step):
    return flow.body(step.body).how == "spawned"


def test_a_closure_knows_all_bodies_that_run_it(flow_of):
    flow = flow_of("func r() { f := func() {}; f(); go func() { f() }() }", "r")
    main, closure, launched = flow.bodies
    assert (closure.how, closure.callers) == ("called", (main.start, launched.start))


def test_a_closure_knows_all_places_that_start_it(flow_of):
    flow = flow_of("func r() { f := func() {}\ngo f()\ngo f() }", "r")
    assert [site.line for site in flow.bodies[1].sites] == [4, 5]


def test_conditions_hold_where_every_path_knows_them(flow_of):
    flow = flow_of("func r(a, b, n int) { if a == b { n = 1 }; n = 2 }", "r")
    writes = [s for s in flow.steps if s.act is Act.WRITE]
    assert [sorted(s.facts) for s in writes] == [[("a == b", True)], []]


@pytest.mark.parametrize("first", ["find", "shim"])
def test_the_effects_of_a_cycle_do_not_depend_on_where_the_question_starts(index_of, first):
    index = index_of(
        "func find(m map[string]int) { add(m); go shim(m) }\n"
        "func shim(m map[string]int) { find(m) }\n"
        'func add(m map[string]int) { m["a"] = 1 }\n'
    )
    functions = {f.symbol: f for f in index.functions()}
    for symbol in sorted(("find", "shim"), key=lambda symbol: symbol != first):
        assert {e.function.symbol for e in index.effects(functions[symbol], 0)} == {"add"}


def test_an_interface_reaches_only_types_that_implement_it(index_of):
    index = index_of(
        "type loader interface { List(m map[string]int); Close() }\n"
        'type a struct{}\nfunc (a) List(m map[string]int) { m["a"] = 1 }\nfunc (a) Close() {}\n'
        'type b struct{}\nfunc (b) List(m map[string]int) { m["b"] = 1 }\n'
        "func r(l loader, m map[string]int) { l.List(m) }\n"
    )
    function = next(f for f in index.functions() if f.symbol == "r")
    assert [(e.function.symbol, e.guessed) for e in index.effects(function, 1)] == [("a.List", False)]


def test_a_call_that_runs_its_argument_in_a_goroutine_launches_the_argument_alone(index_of):
    index = index_of(
        "func run(f func()) { done := make(chan int); go func() { f(); close(done) }(); <-done }\n"
        "func work() {}\nfunc r() { run(work); go run(work) }\n"
    )
    functions = {f.symbol: f for f in index.functions()}
    assert [site.step.act for site in index.callers(functions["run"])] == [Act.CALL, Act.SPAWN]
