"""Every text that the bot writes, whole, against the files in golden/ (GOLDEN=write renews them)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.github.answers import Result
from bot.review import answers, comments, result
from bot.review.configuration import Configured
from bot.review.markdown import Links, cut, markdown
from bot.review.markers import digest, fingerprint_of, of_finding
from bot.review.placement import Placed, Where
from bot.review.suggestion import Suggestion
from bot.store.dispositions import Disposition
from bot.store.posted import FIXED, IGNORED, OPEN, RESOLVED, Posted
from heuristics import CONFIG_NAME, Config, Edit, Problem, Related, Report, Suppression
from tests.bot.review.makers import FINGERPRINT, finding, span

GOLDEN = Path(__file__).parent / "golden"
HEAD = "1f7b169c846f218ab552fa82fbf86758bf5c97d2"
LINKS = Links("https://github.com", "acme/rockets", HEAD)
TITLE = "A return leaves a mutex locked"
STORY = (
    Related(span("pkg/cache.go", 7), "`c.mtx` is locked here"),
    Related(span("pkg/a b.go", 9, 11), "and this return leaves it locked"),
)
FOUND = finding("x", span("pkg/cache.go", 9), story=STORY, edits=(Edit("pkg/cache.go", 0, 0, "x"),))
FILE = ".concurrency-check.yml at 1f7b169c84"
CONFIG = Config.parse(
    b"{mode: check-only, check: {fail-on: error}, paths-ignore: ['gen/**'], "
    b"heuristics: {lock-leak-on-return: off, goroutine-shared-var-write: note}}",
    CONFIG_NAME,
)
INLINE = Placed(FOUND, Where.INLINE, "pkg/cache.go", 9, "RIGHT")


def holds(name: str, text: str) -> None:
    """The text is that of the golden file."""
    file = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == file.read_text(encoding="utf-8")


def test_the_comment_on_a_finding() -> None:
    holds("comment", comments.comment(INLINE, TITLE, LINKS))


def test_the_comment_with_a_suggestion() -> None:
    block = Suggestion(7, 8, "\tc.mtx.Lock()\n\tdefer c.mtx.Unlock()\n")
    placed = Placed(FOUND, Where.INLINE, "pkg/cache.go", 8, "RIGHT", suggestion=block)
    holds("suggestion", comments.comment(placed, TITLE, LINKS))


def test_a_suggestion_with_a_fence_in_it_and_one_that_takes_lines_out() -> None:
    fenced = Placed(FOUND, Where.INLINE, "a.go", 8, "RIGHT", suggestion=Suggestion(8, 8, "// ```go\n"))
    assert "\n````suggestion\n// ```go\n````\n" in comments.comment(fenced, TITLE, LINKS)
    gone = Placed(FOUND, Where.INLINE, "a.go", 8, "RIGHT", suggestion=Suggestion(8, 8, ""))
    assert "\n```suggestion\n```\n" in comments.comment(gone, TITLE, LINKS)


def test_the_comment_of_a_service_that_people_can_reach() -> None:
    links = replace(LINKS, service="https://cc.acme.example")
    holds("linked", comments.comment(INLINE, TITLE, links))


def test_the_comment_near_its_place() -> None:
    holds("near", comments.comment(Placed(FOUND, Where.FILE, "pkg/other.go", near=True), TITLE, LINKS))


def test_the_comment_of_a_fixed_finding() -> None:
    holds("fixed", comments.fixed(HEAD, comments.comment(INLINE, TITLE, LINKS)))


def test_a_comment_that_closes_twice_keeps_what_was_said_first() -> None:
    said = comments.comment(INLINE, TITLE, LINKS)
    twice = comments.ignored(comments.ignored_by("gopher", "fine"), comments.fixed(HEAD, said))
    assert twice == comments.ignored(comments.ignored_by("gopher", "fine"), said)
    holds("ignored", twice)
    holds("silenced", comments.silenced("one goroutine only", said))


def test_what_stands_above_a_finding_that_came_back() -> None:
    said = comments.comment(INLINE, TITLE, LINKS)
    holds("again", comments.here_again(HEAD, "") + said)
    changed = comments.here_again(HEAD, "gopher") + said
    assert changed.startswith(
        "**Here again since 1f7b169c84.** What this function does there has changed since gopher ignored it.\n\n"
    )
    assert comments.state_of(changed) == OPEN


def test_a_comment_tells_its_state_and_its_finding() -> None:
    said = comments.comment(INLINE, TITLE, LINKS)
    bodies = {OPEN: said, FIXED: comments.fixed(HEAD, said), IGNORED: comments.silenced("fine", said)}
    for state, body in bodies.items():
        assert (comments.state_of(body), fingerprint_of(body)) == (state, FINGERPRINT)
    assert fingerprint_of(f"> {of_finding(FINGERPRINT)}\n\nwhat is this?") == ""


def test_the_body_of_a_review() -> None:
    other = Placed(finding("y"), Where.INLINE, "pkg/cache.go", 9, "RIGHT")
    holds("review", comments.review_body([INLINE, other], 0, HEAD))
    holds("review_and_check", comments.review_body([INLINE, other], 5, HEAD))


def test_the_check() -> None:
    told_here = Placed(finding("y", span("pkg/far.go", 3)), Where.CHECK, "pkg/far.go")
    silenced = finding("z", span("pkg/cache.go", 20))
    report = Report(
        suppressed=(replace(silenced, suppression=Suppression("pkg/cache.go", 19, "one goroutine only")),),
        problems=(
            Problem("parse", "pkg/odd.go", 3, "`func` does not parse; the declaration is skipped"),
            Problem("parse", "pkg/untouched.go", 3, "this is not the change's to hear about"),
        ),
        files=12,
    )
    outcome = result.Outcome(
        report,
        (INLINE, told_here),
        {FINGERPRINT: (finding("w", span("pkg/cache.go", 30)), comments.ignored_by("gopher", "it is *fine*"))},
        frozenset({"pkg/cache.go", "pkg/odd.go"}),
        (comments.not_all_files(3000, 3500),),
        (comments.preview(answers.differences(Config(), CONFIG), 2, fails=False),),
    )
    check, annotations = result.check(outcome, "", LINKS)
    assert (check.conclusion, check.title) == ("neutral", "2 findings")
    assert [(one.path, one.start_line, one.level) for one in annotations] == [("pkg/far.go", 3, "failure")]
    assert result.check(outcome, "error", LINKS)[0].conclusion == "failure"
    holds("check", check.summary)


def test_every_check_without_a_review() -> None:
    results = (
        comments.DRAFT,
        comments.ON_DEMAND,
        comments.SUPERSEDED,
        comments.CLOSED,
        comments.MERGE_GROUP,
        comments.tried_again(""),
        comments.analysis_failed("the analysis took longer than 120 s"),
        comments.tried_again("POST /repos/acme/rockets/pulls/1/reviews: 502"),
        comments.given_up(""),
        comments.given_up("POST /repos/acme/rockets/pulls/1/reviews: 502"),
    )
    told = (
        f"## {one.title} ({one.conclusion})\n\n{one.summary}\n\n{', '.join(button.label for button in one.buttons)}"
        for one in results
    )
    in_hand = "## {} (not completed)\n\n{}".format(*comments.IN_HAND)
    holds("checks", "\n\n".join((in_hand, *(text.strip() for text in told))))


def test_every_sentence_on_what_was_not_covered() -> None:
    sentences = (
        comments.not_all_files(3_000, 3_500),
        comments.unread(["large.go"]),
        comments.unread([f"gen`{number}.go" for number in range(12)]),
        comments.same_head(7, 0),
        comments.same_head(7, 2),
        comments.broken_configuration(".concurrency-check.yml:3: unknown key `mod`"),
    )
    holds("not_covered", "\n".join(sentences))


def test_conclusions() -> None:
    nothing = result.Outcome(Report(files=3), (), {}, frozenset({"a.go"}), (), ())
    assert result.check(nothing, "note", LINKS)[0] == Result(
        "success", "No findings", "3 Go files looked at.", (comments.REVIEW_AGAIN,)
    )
    problem = Report(problems=(Problem("parse", "a.go", 1, "it does not parse"),))
    unseen = result.Outcome(problem, (), {}, frozenset({"a.go"}), (), ())
    assert result.check(unseen, "note", LINKS)[0].conclusion == "neutral"
    elsewhere = result.Outcome(problem, (), {}, frozenset({"b.go"}), (), ())
    assert result.check(elsewhere, "note", LINKS)[0].conclusion == "success"


def test_answers() -> None:
    row = Posted(1, 2, FINGERPRINT, "lock-leak-on-return", "f", "c.mtx", FOUND.message, "pkg/cache.go")
    rows = (
        row,
        replace(row, state=FIXED, head_fixed=HEAD),
        replace(row, state=RESOLVED, author="gopher", said_at=1_763_700_000),
        replace(row, state=RESOLVED),
    )
    no = Disposition(1, FINGERPRINT, "", "ignored", "gopher", "one goroutine only", at=1_763_700_000)
    noes = (no, replace(no, heuristic="lock-leak-on-return", symbol="Cache.load", variable="c.mtx"))
    holds("help", answers.help_text("guid"))
    holds("status", answers.status(rows, noes))
    holds("explain", answers.explanation(FOUND, LINKS, ""))
    ignored = answers.explanation(FOUND, LINKS, comments.ignored_by("gopher", "one goroutine only"))
    assert ignored.endswith(".\n\nIgnored by gopher: one goroutine only.")
    configured = Configured(CONFIG, FILE, file=FILE)
    holds("config", answers.configuration(CONFIG, FILE, configured.layer))
    nothing = Configured(Config(mode="on-demand"), "the defaults")
    assert "mode: on-demand      # default of this service\n" in answers.configuration(
        nothing.config, nothing.origin, nothing.layer
    )
    assert answers.unknown_verb("a`b", "guid").startswith("There is no `/concurrency-check a'b`.")


def test_plain_text_stays_plain() -> None:
    assert markdown("`a<-b` <-c *T @gopher [x](y) <!-- -->") == (
        "`a<-b` &lt;-c \\*T &#64;gopher \\[x\\](y) &lt;!-- -->"
    )


@given(st.integers(0, 3_000), st.integers(0, 60), st.sampled_from(["a", "é", "界", "<", "🙂"]))
def test_no_comment_is_longer_than_github_takes(length: int, places: int, letter: str) -> None:
    """And each ends in its marker, whatever was cut."""
    name = letter * length * 30
    story = tuple(
        Related(span(f"pkg/{letter * 200}.go", number + 1), f"`{name}` is locked here") for number in range(places)
    )
    found = finding("x", span("pkg/cache.go", 9), story=story, message=f"`{name}` is left locked.")
    said = comments.comment(Placed(found, Where.INLINE, "pkg/cache.go", 9, "RIGHT"), TITLE, LINKS)
    closed = comments.ignored(comments.ignored_by("gopher", name), comments.fixed(HEAD, said))
    for text in (said, closed):
        assert len(text.encode()) <= 65_535
        assert fingerprint_of(text) == FINGERPRINT
    outcome = result.Outcome(Report(), [Placed(found, Where.CHECK, "a.go")] * 40, {}, frozenset(), (name,), ())
    check, (note, *_) = result.check(outcome, "", LINKS)
    assert len(check.summary.encode()) <= 65_535
    assert len(note.message.encode()) <= 64_000 and len(note.title) <= 255
    assert check.summary.endswith("This change touches no Go files.")


def test_buttons_are_as_short_as_github_wants() -> None:
    for button in (comments.REVIEW_NOW, comments.REVIEW_AGAIN, comments.IGNORE_ALL):
        assert (len(button.label) <= 20, len(button.description) <= 40, len(button.identifier) <= 20) == (True,) * 3


def test_nothing_is_longer_than_github_takes() -> None:
    text = cut("\n".join(["a line"] * 20_000))
    assert len(text) < 65_535
    assert text.endswith("`concurrency-check diff` prints all.")
    assert len(digest("x")) == 16
