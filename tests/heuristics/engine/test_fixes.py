"""A fix is handed out with its edits only when it was tried and holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

import pytest

from heuristics import BlobMissing, Edit, Fix, MemorySnapshot, Report, blob_id
from heuristics.engine.config import Config
from heuristics.engine.finding import Found
from heuristics.engine.fixes import apply
from heuristics.engine.run import Wish, report
from heuristics.golang.index import Index

SOURCE = "package p\n\nfunc f() {\n\tif ok {\n\t\tx.leak()\n\t}\n}\n"


def fixing(tiny, text: str, start: int = 0, end: int = 0) -> Callable[[Index], Iterator[Found]]:
    """Flags leaks and offers to put the text in their place, shifted by start and end."""

    def check(index: Index) -> Iterator[Found]:
        for found in tiny().check(index):
            edit = Edit(found.span.path, found.span.start + start, found.span.stop + end, text)
            yield replace(found, fix=Fix("plug it", (edit,)))

    return check


def outcome(run: Callable[..., Report], tiny, text: str, **shift: int) -> bool:
    (found,) = run({"a.go": SOURCE}, None, tiny(check=fixing(tiny, text, **shift))).introduced
    assert found.fix is not None and found.fix.title == "plug it"
    return bool(found.fix.edits)


@pytest.mark.parametrize(
    "text", ["x.plug()", "x.plug()\n\t\tx.check()", "x.plug()\n\n\t\tif y {\n\t\t\tz()\n\t\t}", ""]
)
def test_it_holds(run: Callable[..., Report], tiny, text: str) -> None:
    assert outcome(run, tiny, text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("y(); x.leak()", id="still there"),
        pytest.param("y.leak()", id="another came"),
        pytest.param("x.plug()\n\tx.check()", id="indentation lost"),
        pytest.param("x.plug()\n        x.check()", id="spaces for tabs"),
    ],
)
def test_it_does_not_hold(run: Callable[..., Report], tiny, text: str) -> None:
    assert not outcome(run, tiny, text)


def test_it_no_longer_parses(run: Callable[..., Report], tiny) -> None:
    assert not outcome(run, tiny, "x.plug(")


def test_it_misses_the_file(run: Callable[..., Report], tiny) -> None:
    assert not outcome(run, tiny, "x.plug()", end=10_000)


def test_one_that_does_not_hold_does_not_spoil_its_neighbour(run: Callable[..., Report], tiny) -> None:
    def check(index: Index) -> Iterator[Found]:
        for found in tiny().check(index):
            text = "y.leak()" if found.variable == "bad" else f"{found.variable}.plug()"
            edit = Edit(found.span.path, found.span.start, found.span.stop, text)
            yield replace(found, fix=Fix(found.variable, (edit,)))

    source = "package p\n\nfunc f() {\n\tgood.leak()\n\t%s.leak()\n\tfine.leak()\n}\n"
    for name, kept in (("bad", {"good", "fine"}), ("also", {"good", "also", "fine"})):
        found = run({"a.go": source % name}, None, tiny(check=check)).introduced
        assert {one.fix.title for one in found if one.fix.edits} == kept


def test_words_alone_need_no_trial(run: Callable[..., Report], tiny) -> None:
    words = Fix("plug it", ())
    check = tiny(check=lambda index: (replace(found, fix=words) for found in tiny().check(index)))
    (found,) = run({"a.go": SOURCE}, None, check).introduced
    assert found.fix == words


def test_standing_findings_carry_words_only(run: Callable[..., Report], tiny) -> None:
    check = tiny(check=fixing(tiny, "x.plug()"))
    head = SOURCE.replace("{\n", "{\n\tcount(y)\n", 1)
    (found,) = run({"a.go": head}, {"a.go": SOURCE}, check).standing
    assert found.fix == Fix("plug it", ())


def test_edits_are_applied_from_the_end(tiny) -> None:
    head = MemorySnapshot({"a.go": b"0123456789", "b.go": b"abc"})
    edits = (Edit("a.go", 2, 4, "xyz"), Edit("a.go", 8, 8, "!"), Edit("b.go", 0, 3, ""), Edit("a.go", 4, 5, ""))
    assert apply(edits, head) == {"a.go": b"01xyz567!89", "b.go": b""}


@pytest.mark.parametrize(
    "edits",
    [
        (Edit("a.go", 2, 5, ""), Edit("a.go", 4, 6, "")),
        (Edit("a.go", 5, 4, ""),),
        (Edit("a.go", -1, 4, ""),),
        (Edit("a.go", 0, 11, ""),),
        (Edit("gone.go", 0, 0, "x"),),
    ],
)
def test_edits_that_cannot_be_applied(edits: tuple[Edit, ...]) -> None:
    assert apply(edits, MemorySnapshot({"a.go": b"0123456789"})) == {}


def test_a_file_that_cannot_be_read_has_no_fix() -> None:
    class Gone:
        def paths(self) -> Mapping[str, str]:
            return {"a.go": blob_id(b"")}

        def read(self, blob: str) -> bytes:
            raise BlobMissing(blob)

    assert apply((Edit("a.go", 0, 0, "x"),), Gone()) == {}


def test_the_cache_is_not_filled_with_what_a_fix_would_make(tiny) -> None:
    class Cache:
        def __init__(self) -> None:
            self.facts: dict[str, bytes] = {}

        def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
            return {key: self.facts[key] for key in keys if key in self.facts}

        def put(self, facts: Mapping[str, bytes]) -> None:
            self.facts.update(facts)

    tree = MemorySnapshot({"a.go": SOURCE.encode()})
    plain, fixed = Cache(), Cache()
    report(tree, None, Config(), plain, Wish(), (tiny(),))
    tried = report(tree, None, Config(), fixed, Wish(), (tiny(check=fixing(tiny, "x.plug()")),))
    assert tried.introduced[0].fix.edits
    assert fixed.facts.keys() == plain.facts.keys()
