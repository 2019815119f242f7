"""The life of a posted finding, decided without GitHub."""

from __future__ import annotations

from dataclasses import replace

from bot.github.answers import PostedComment
from bot.review import comments
from bot.review.markers import of_finding
from bot.review.placement import Placed, Where
from bot.review.threads import Standing, reconcile, standing
from bot.store.posted import FIXED, IGNORED, OPEN, RESOLVED, Posted
from heuristics import Finding, Problem, Report, Suppression
from tests.bot.review.makers import FINGERPRINT, finding

HEAD = "1f7b169c846f218ab552fa82fbf86758bf5c97d2"
FOUND = finding("x")
PLACED = Placed(FOUND, Where.INLINE, "pkg/cache.go", 4, "RIGHT")
SAID = f"said\n\n{of_finding(FINGERPRINT)}"
TOLD = Standing(FINGERPRINT, "lock-leak-on-return", "pkg/cache.go", OPEN, 7, "node", SAID, symbol="f", variable="c.mtx")


def plan(
    before: Standing, placed: tuple[Placed, ...] = (), report: Report | None = None, ignored: str = ""
) -> tuple[int, list[tuple[str, str]]]:
    """How many are posted, and the edits as state and first words."""
    noes = {FINGERPRINT: ignored} if ignored else {}
    made = reconcile(placed, report or Report(), [before], noes, HEAD, 30, lambda one: "said anew")
    return len(made.post), [(edit.state, edit.body[:12]) for edit in made.edit]


def comment(number: int, body: str, *, ours: bool = True, reply_to: int = 0) -> PostedComment:
    return PostedComment(number, f"node{number}", "pkg/cache.go", 4, body, ours, "somebody", reply_to)


def row(**values: object) -> Posted:
    made = Posted(1, 2, FINGERPRINT, "lock-leak-on-return", "f", "c.mtx", "m", "pkg/cache.go")
    return replace(made, **values)  # type: ignore[arg-type]


def test_what_stands_is_left_alone() -> None:
    assert plan(TOLD, (PLACED,)) == (0, [])
    assert plan(TOLD, report=Report(standing=(FOUND,))) == (0, [])
    assert plan(replace(TOLD, state=RESOLVED), (PLACED,)) == (0, [])
    assert plan(replace(TOLD, state=RESOLVED)) == (0, [])
    assert plan(replace(TOLD, state=FIXED)) == (0, [])


def test_what_is_gone_is_fixed_once() -> None:
    assert plan(TOLD) == (0, [(FIXED, "**Fixed in 1")])
    assert plan(replace(TOLD, comment=0, body="")) == (0, [(FIXED, "")])


def test_what_comes_back_is_said_in_its_own_thread() -> None:
    assert plan(replace(TOLD, state=FIXED), (PLACED,)) == (0, [(OPEN, "**Here again")])
    assert plan(replace(TOLD, state=IGNORED), (PLACED,)) == (0, [(OPEN, "said anew")])


def test_a_no_is_shown_once() -> None:
    assert plan(TOLD, ignored="ignored by gopher: fine") == (0, [(IGNORED, "**Ignored by")])
    assert plan(replace(TOLD, state=IGNORED), ignored="ignored by gopher: fine") == (0, [])
    silenced: Finding = replace(FOUND, suppression=Suppression("pkg/cache.go", 3, "fine"))
    assert plan(TOLD, report=Report(suppressed=(silenced,))) == (0, [(IGNORED, "**Silenced b")])


def test_not_seen_is_not_fixed() -> None:
    for problem, edits in (
        (Problem("parse", "pkg/cache.go", 1, "broken"), 0),
        (Problem("heuristic", "", 0, "lock-leak-on-return failed"), 0),
        (Problem("parse", "pkg/other.go", 1, "broken"), 1),
        (Problem("directive", "pkg/cache.go", 1, "no reason"), 1),
    ):
        assert len(plan(TOLD, report=Report(problems=(problem,)))[1]) == edits


def test_new_findings_are_capped_and_known_ones_do_not_count() -> None:
    others = tuple(Placed(finding(str(n)), Where.INLINE, "pkg/cache.go", 4, "RIGHT") for n in range(3))
    made = reconcile((PLACED, *others), Report(), [TOLD], {}, HEAD, 2, lambda one: "text")
    assert [one.where for one in made.post] == [Where.INLINE, Where.INLINE, Where.CHECK]


def test_what_stands_comes_from_rows_and_from_our_own_words() -> None:
    fixed = comments.fixed(HEAD, SAID)
    assert standing([row(state=FIXED)], [comment(7, SAID)]) == (replace(TOLD, state=FIXED, node="node7"),)
    (adopted,) = standing([], [comment(7, fixed), comment(8, SAID)])
    assert (adopted.comment, adopted.state, adopted.heuristic) == (7, FIXED, "")
    assert standing([], [comment(7, SAID, ours=False), comment(8, SAID, reply_to=7), comment(9, "hello")]) == ()
    (deleted,) = standing([row(comment=7)], [])
    assert (deleted.comment, deleted.body) == (0, "")
