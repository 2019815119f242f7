"""Which locks are held where: every kind of path through a body."""

from __future__ import annotations

import pytest

from heuristics.golang.model import Act

T = 'import ("log"; "os"; "sync"; "testing")\n'
T += "type T struct { mu sync.RWMutex; other sync.Mutex; n int; m map[string]int }\n"


def left(flow):
    """For every return line the distinct sets of locks that stay held."""
    return {
        s.span.line: sorted({tuple(h.place.text for h in way) for way in s.left})
        for s in flow.steps
        if s.act is Act.RETURN
    }


def ways_out(flow):
    return sorted({way for ways in left(flow).values() for way in ways})


def held_at(flow, text, act):
    """The locks that are held on every path at the acts on this place."""
    return [
        tuple(f"{h.place.text}:{h.mode}" for h in s.held)
        for s in flow.steps
        if s.place is not None and s.place.text == text and s.act is act
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("t.mu.Lock(); t.n++; t.mu.Unlock()", [()]),
        ("t.mu.Lock(); defer t.mu.Unlock(); t.n++", [()]),
        ("t.mu.Lock(); if t.n > 0 { return }; t.mu.Unlock()", [(), ("t.mu",)]),
        ("t.mu.Lock(); if t.n > 0 { return }; defer t.mu.Unlock()", [(), ("t.mu",)]),
        ("t.mu.Lock(); defer func() { t.mu.Unlock() }()", [()]),
        ("unlock := func() { t.mu.Unlock() }; t.mu.Lock(); defer unlock()", [()]),
        ("unlock := t.mu.Unlock; t.mu.Lock(); _ = unlock", [("t.mu",)]),
        ("if locked { t.mu.Lock() }; t.n++; if locked { t.mu.Unlock() }", [()]),
        ("if !locked { t.mu.Lock() }; if locked { return }; t.mu.Unlock()", [()]),
        ("held := false; if t.n > 0 { t.mu.Lock(); held = true }; if held { t.mu.Unlock() }", [()]),
        ("if t.mu.TryLock() { t.n++; t.mu.Unlock() }", [()]),
        ("if !t.mu.TryLock() { return }; t.mu.Unlock()", [()]),
        ("ok := t.mu.TryLock(); if !ok { return }; t.mu.Unlock()", [()]),
        ("t.mu.Lock(); if t.n > 0 { panic(1) }; t.mu.Unlock()", [()]),
        ("t.mu.Lock(); if t.n > 0 { os.Exit(1) }; t.mu.Unlock()", [()]),
        ('t.mu.Lock(); if t.n > 0 { log.Fatalf("x") }; t.mu.Unlock()', [()]),
        ("for i := 0; i < 3; i++ { t.mu.Lock(); if i == 2 { continue }; t.mu.Unlock() }", [(), ("t.mu",)]),
        ("for { t.mu.Lock(); if t.n > 0 { t.mu.Unlock(); break }; t.mu.Unlock() }", [()]),
        ("for { t.mu.Lock(); if t.n > 0 { break }; t.mu.Unlock() }", [("t.mu",)]),
        ("outer: for { for { t.mu.Lock(); break outer }; t.mu.Unlock() }", [("t.mu",)]),
        ("switch t.n { case 1: t.mu.Lock(); t.mu.Unlock(); case 2: t.mu.Lock() }", [(), ("t.mu",)]),
        ("switch { case locked: t.mu.Lock(); default: return }; t.mu.Unlock()", [()]),
        ("switch t.n { case 1: t.mu.Lock(); fallthrough; case 2: t.n++ }", [(), ("t.mu",)]),
        ("select { case <-c: t.mu.Lock(); default: return }; t.mu.Unlock()", [()]),
        ("switch x := any(t).(type) { case *T: x.mu.Lock(); x.mu.Unlock(); default: t.mu.Lock() }", [(), ("t.mu",)]),
        ("func() { t.mu.Lock(); defer t.mu.Unlock(); t.n++ }()", [()]),
        ("t.lock(); defer t.unlock()", [()]),
        ("t.lock(); if t.n > 0 { return }; t.unlock()", [(), ("t.mu",)]),
        ("t.mu.Lock(); t.other.Lock(); t.mu.Unlock(); t.other.Unlock()", [()]),
        ("t.mu.Lock(); t = nil; _ = t", [()]),
        ("unlock := t.mu.Unlock; t.mu.Lock(); defer unlock()", [()]),
        ("unlock := t.mu.Unlock; t.mu.Lock(); if t.n > 0 { return }; unlock()", [(), ("t.mu",)]),
        ("t.mu.Lock(); defer func(x *T) { x.mu.Unlock() }(t)", [()]),
        ("t.mu.Lock(); defer func(mu *sync.RWMutex) { mu.Unlock() }(&t.mu)", [()]),
        ("for _, x := range []*T{t} { x.mu.Lock() }", [()]),
        ("f := func() { x := &T{}; x.mu.Lock() }; f(); f()", [(), ("x.mu",)]),
    ],
)
def test_what_stays_held(flow_of, body, expected):
    source = (
        T
        + f"func (t *T) f(locked bool, c chan int, tt *testing.T) {{\n{body}\n}}\n"
        + ("func (t *T) lock() { t.mu.Lock() }\nfunc (t *T) unlock() { t.mu.Unlock() }\n")
    )
    flow = flow_of(source, "T.f")
    assert not flow.gave_up
    assert ways_out(flow) == expected


def holds_out(flow):
    """How the locks stay held where the function returns."""
    return sorted(
        {f"{h.place.text}{':unsure' * h.unsure}" for s in flow.steps for way in s.left for h in way if not h.entered}
    )


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        ("t.n++; t.mu.Unlock()", []),
        ("if t.n > 0 { t.mu.Unlock(); return }; t.n++; t.mu.Unlock()", []),
        ("if t.n > 0 { return }; t.mu.Unlock()", ["t.mu:unsure"]),
        ("t.mu.Unlock(); t.n++; t.mu.Lock()", ["t.mu"]),
        ("t.n++", ["t.mu"]),
    ],
)
def test_a_callee_that_gives_the_lock_back(flow_of, callee, expected):
    source = T + f"func (t *T) f() {{ t.mu.Lock(); t.finish() }}\nfunc (t *T) finish() {{ {callee} }}"
    assert holds_out(flow_of(source, "T.f")) == expected


def test_a_callee_that_keeps_the_lock_for_its_caller(flow_of):
    source = T + "func (t *T) f() { t.ready(); t.n++ }\nfunc (t *T) ready() { t.mu.Lock() }"
    assert holds_out(flow_of(source, "T.f")) == ["t.mu"]


def test_read_locks_count(flow_of):
    flow = flow_of(T + "func (t *T) f() { t.mu.RLock(); t.mu.RLock(); t.n++; t.mu.RUnlock() }", "T.f")
    assert holds_out(flow) == ["t.mu"]
    flow = flow_of(T + "func (t *T) f() { for { t.mu.RLock(); if t.n > 0 { return } } }", "T.f")
    assert not flow.gave_up


@pytest.mark.parametrize(
    ("body", "freed"),
    [
        ("t.mu.Lock(); t.mu.Unlock()", []),
        ("t.mu.Lock(); t.mu.Unlock(); t.mu.Unlock()", ["t.mu"]),
        ("t.mu.Lock(); defer t.mu.Unlock(); if t.n > 0 { t.mu.Unlock(); return }", ["t.mu"]),
        ("t.mu.Lock(); defer t.mu.Unlock(); t.mu.Unlock(); t.n++; t.mu.Lock()", []),
        ("t.mu.Unlock()", []),
    ],
)
def test_a_second_release_is_known(flow_of, body, freed):
    flow = flow_of(T + f"func (t *T) f() {{ {body} }}", "T.f")
    assert [h.place.text for s in flow.steps for h in s.freed] == freed


def test_a_lock_that_is_released_first_was_held_at_entry(flow_of):
    flow = flow_of(T + "func (t *T) f() {\nt.mu.Unlock()\nt.n++\nt.mu.Lock()\n}", "T.f")
    release = next(s for s in flow.steps if s.act is Act.RELEASE)
    assert [(h.place.text, h.entered) for h in release.held] == [("t.mu", True)]
    assert held_at(flow, "t.n", Act.MUTATE) == [()]


@pytest.mark.parametrize("name", ["flushLocked", "flush_locked", "unsafeFlush"])
def test_names_that_say_locked(flow_of, name):
    flow = flow_of(
        f'import "sync"\ntype T struct {{ mu sync.Mutex; n int }}\nfunc (t *T) {name}() {{ t.n++ }}', f"T.{name}"
    )
    assert held_at(flow, "t.n", Act.MUTATE) == [("t.mu:W",)]


def test_a_name_that_says_locked_is_refuted_by_a_lock_of_its_own(flow_of):
    source = 'import "sync"\ntype T struct { mu sync.Mutex; n int }\n'
    source += "func (t *T) isLocked() int { t.mu.Lock(); defer t.mu.Unlock(); return t.n }"
    flow = flow_of(source, "T.isLocked")
    assert not any(h.entered for s in flow.steps for way in (*s.paths, *s.left) for h in way)
    assert ways_out(flow) == [()]


def test_a_comment_that_says_which_lock(flow_of):
    flow = flow_of(T + "// f adds one. The caller must hold t.other.\nfunc (t *T) f() { t.n++ }", "T.f")
    assert held_at(flow, "t.n", Act.MUTATE) == [("t.other:W",)]


def test_embedded_locks_and_promoted_fields_meet(flow_of):
    source = (
        'import "sync"\ntype base struct { sync.Mutex; n int }\ntype T struct { base }\n'
        "func (t *T) f() { t.Lock(); t.n++; t.base.Unlock() }"
    )
    flow = flow_of(source, "T.f")
    assert held_at(flow, "t.n", Act.MUTATE) == [("t:W",)]
    assert ways_out(flow) == [()]


def test_a_lock_under_another_name_is_the_lock_of_its_owner(flow_of):
    types = "type ALock struct { sync.RWMutex }; type A struct { ALock; n int }; type B struct { mu ALock }\n"
    flow = flow_of(T + types + "func F(a *A, b *B) {\na.Lock()\nb.mu.Lock()\na.n++\n}\n", "F")
    held = next(s.held for s in flow.steps if s.place is not None and s.place.text == "a.n")
    assert [h.place.field.key.rpartition("/")[2] for h in held] == ["p.A.ALock", "p.B.mu"]


def test_a_struct_of_a_lock_with_methods_is_no_lock(flow_of):
    types = "type Locks struct { sync.RWMutex }\nfunc (s *Locks) Has() bool { return true }\n"
    flow = flow_of(T + types + "type A struct { store Locks; n int }\nfunc F(a *A) {\na.store.Lock()\na.n++\n}\n", "F")
    held = next(s.held for s in flow.steps if s.place is not None and s.place.text == "a.n")
    assert [h.place.field.key.rpartition("/")[2] for h in held] == ["p.Locks.RWMutex"]


def test_a_goroutine_starts_without_locks_and_a_callback_keeps_them(flow_of):
    source = (
        'import ("sort"; "sync")\ntype T struct { mu sync.Mutex; a []int; n int }\n'
        "func (t *T) f() {\nt.mu.Lock()\ndefer t.mu.Unlock()\ngo func() { t.n = 1 }()\n"
        "sort.Slice(t.a, func(i, j int) bool { t.n = 2; return t.a[i] < t.a[j] })\n}"
    )
    flow = flow_of(source, "T.f")
    assert held_at(flow, "t.n", Act.WRITE) == [(), ("t.mu:W",)]
    assert [body.how for body in flow.bodies] == ["main", "spawned", "called"]


def test_the_index_is_part_of_a_key_and_its_assignment_ends_it(flow_of):
    source = 'import "sync"\ntype S struct { l []sync.Mutex }\n'
    source += "func (s *S) f(i int) {\ns.l[i].Lock()\ni++\ns.l[i].Unlock()\n}"
    assert ways_out(flow_of(source, "S.f")) == [()]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("t.mu.Lock(); if t.n > 0 { goto out }; t.mu.Unlock(); return; out: t.mu.Unlock()", [()]),
        ("t.mu.Lock(); if t.n > 0 { goto out }; t.mu.Unlock(); out: t.n++", [(), ("t.mu",)]),
        ("for { t.mu.Lock(); if t.n > 0 { goto out }; t.mu.Unlock() }; out: t.mu.Unlock()", [()]),
        ("again: t.mu.Lock(); if t.n > 0 { t.mu.Unlock(); goto again }; t.mu.Unlock()", [()]),
        ("again: if t.n > 0 { t.mu.Lock(); t.n = 0; goto again }; t.n++", [(), ("t.mu",)]),
        ("func() { goto out; out: t.mu.Lock() }(); t.mu.Unlock()", [(), ("t.mu",)]),
    ],
)
def test_goto(flow_of, body, expected):
    flow = flow_of(T + f"func (t *T) f() {{\n{body}\n}}", "T.f")
    assert not flow.gave_up
    assert ways_out(flow) == expected


def test_a_goto_without_its_label_is_left_alone(flow_of):
    assert flow_of(T + "func (t *T) f() { t.mu.Lock(); goto nowhere }", "T.f").gave_up == "goto without its label"


def test_too_many_states_are_left_alone(flow_of):
    locks = "".join(f"l{i}, " for i in range(8))[:-2]
    body = "".join(f"if f() {{ l{i}.Lock() }}\n" for i in range(8))
    flow = flow_of(
        f'import "sync"\nvar {locks} sync.Mutex\nfunc f() bool {{ return true }}\nfunc g() {{\n{body}}}', "g"
    )
    assert flow.gave_up == "more than 64 lock states"


def test_locks_that_were_released_before_are_remembered(flow_of):
    flow = flow_of(T + "func (t *T) f() int {\nt.mu.RLock()\nt.mu.RUnlock()\nreturn t.n\n}", "T.f")
    read = next(s for s in flow.steps if s.act is Act.READ and s.place.text == "t.n")
    assert [h.place.text for h in read.released] == ["t.mu"]
