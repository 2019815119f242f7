"""Workers are killed before and after every write: nothing is said twice, nothing is lost, no check stays open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.demo.double import Double
from bot.demo.double.state import PullRequest, Repository
from bot.review.markers import fingerprint_of
from bot.store.database import Database
from tests.stories.hands import Hands
from tests.stories.harness import MAIN, Bot, check_of, fingerprint, ours

LONG = MAIN + "".join(f"// line {number}\n" for number in range(60))
# One finding for each kind of place: a line of the diff, a file of it, the check alone; and one that is fixed later.
CHANGED = LONG.replace("x := 1", "x := 2 // BUG(x) BUG(file main.go:50) BUG(check old.go:1) BUG(goes)")
LATER = CHANGED.replace("BUG(goes)", "goes BUG(comes)")


@pytest.fixture
def hands(github: Double, database: Database, bot: Bot, tmp_path: Path) -> Iterator[Hands]:
    """Workers on the same queue as the bot, which only takes in the webhooks here."""
    with Hands(github, database, tmp_path) as started:
        yield started


def told(pull: PullRequest) -> Counter[str]:
    """How often each finding is told: in a comment, or in the check that GitHub shows."""
    roots = Counter(fingerprint_of(comment.body) for comment in ours(pull) if not comment.reply_to)
    notes = Counter(str(note["message"]).split("`")[1] for note in check_of(pull).annotations)
    return roots + Counter({fingerprint(name): times for name, times in notes.items()})


def settled(pull: PullRequest, *names: str) -> None:
    """What stands on the pull request: each finding once, one review for each round that had something new to say."""
    assert told(pull) == Counter(fingerprint(name) for name in names)
    assert all(run.status == "completed" for run in pull.repository.checks.values())
    markers = [review.body.partition("<!--")[2] for review in pull.reviews if review.body]
    assert len(set(markers)) == len(markers)
    answers = Counter(one.body for one in (*pull.comments, *ours(pull)) if "answer=" in one.body)
    assert set(answers.values()) <= {1}


def opened(github: Double, repository: Repository) -> PullRequest:
    pull = github.people.open(repository, {"main.go": CHANGED})
    github.people.comment(pull, "/concurrency-check status", by="maintainer")
    return pull


Story = Callable[[Double, Hands, Repository], PullRequest]


def first_push(github: Double, hands: Hands, repository: Repository) -> PullRequest:
    """Everything is said for the first time, and a command is answered."""
    return opened(github, repository)


def later_push(github: Double, hands: Hands, repository: Repository) -> PullRequest:
    """One finding is fixed, one is new; somebody asks in a thread."""
    pull = opened(github, repository)
    hands.finish()
    github.people.reply(pull, ours(pull)[0], "/concurrency-check explain", by="maintainer")
    github.people.push(pull, {"main.go": LATER})
    return pull


def killed_everywhere(
    github: Double, hands: Hands, story: Story, names: tuple[str, ...], when: str, *, pushed: bool = False
) -> int:
    """Tells the story once for each of its writes, and kills the worker there; how many there are. pushed: somebody
    pushes before the next worker comes."""
    roles = {"maintainer": "write"}
    repository = github.people.repository("acme/rockets", {"main.go": LONG, "old.go": "package main\n"}, roles=roles)
    for number in count(1):
        pull = story(github, hands, repository)
        killed = hands.killed_at(number, when)
        if pushed:
            github.people.push(pull, {"other.go": f"package main\n\nvar n{number} = 1\n"})
        hands.finish()
        settled(pull, *names)
        assert (check_of(pull).conclusion, check_of(pull).title) == ("neutral", "4 findings")
        if not killed:
            return number - 1
    raise AssertionError


def test_killed_after_every_write_of_a_first_push(github: Double, hands: Hands) -> None:
    # The token, the check three times, the answer, the review, a comment on the file.
    assert killed_everywhere(github, hands, first_push, ("x", "file", "check", "goes"), "after") == 7


@pytest.mark.long
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("story", "names"),
    [
        (first_push, ("x", "file", "check", "goes")),
        (later_push, ("x", "file", "check", "goes", "comes")),
    ],
)
def test_killed_at_every_write(github: Double, hands: Hands, story: Story, names: tuple[str, ...], when: str) -> None:
    assert killed_everywhere(github, hands, story, names, when) >= 7


@pytest.mark.long
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_write_and_then_pushed(github: Double, hands: Hands, when: str) -> None:
    assert killed_everywhere(github, hands, first_push, ("x", "file", "check", "goes"), when, pushed=True) >= 7
