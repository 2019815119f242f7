"""One finding, one thread, for life; and a person's no, for as long as it was meant: with the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from bot.demo.double import Double
from bot.demo.double.state import PullRequest
from bot.store import dispositions, posted
from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.work.analyst import Analyst
from heuristics import Config, Report, Snapshot
from tests.stories.harness import Bot, check_of, ours, running

BASE = """package cache

import "sync"

type Cache struct {
	mtx   sync.Mutex
	items map[string]string
}
"""
# What GitHub's own description marks with triggersNotification.
NOTIFYING = ("/reviews", "/comments", "/replies")


@dataclass(frozen=True)
class Code:
    """A method that keeps a lock on one path, as people write and rewrite it."""

    path: str = "cache/cache.go"
    package: str = "cache"
    above: str = ""
    function: str = "Put"
    field: str = "mtx"
    condition: str = 'key == ""'
    leave: str = "return false"
    unlock: str = ""

    def text(self) -> str:
        return f"""package {self.package}

import "sync"

{self.above}type Cache struct {{
	{self.field}   sync.Mutex
	items map[string]string
}}

// {self.function} stores a value.
func (c *Cache) {self.function}(key, value string) bool {{
	c.{self.field}.Lock()
	if {self.condition} {{
{self.unlock}		{self.leave}
	}}
	c.items[key] = value
	c.{self.field}.Unlock()
	return true
}}
"""

    def files(self, before: Code | None = None) -> dict[str, str | None]:
        gone: dict[str, str | None] = {before.path: None} if before and before.path != self.path else {}
        return {**gone, self.path: self.text()}


FIRST = Code()
FIXED = replace(FIRST, unlock="\t\tc.mtx.Unlock()\n")


@pytest.fixture
def bot(github: Double, database: Database) -> Iterator[Bot]:
    """The bot with the real engine."""
    analyst = Analyst(StoredFacts(database))

    def scan(head: Snapshot, config: Config, path: str) -> Report:
        return analyst.analyze(head, None, config, within=(path,), everything=True)

    with running(github, database, analyst.analyze) as started:
        started.scan = scan
        yield started
    analyst.close()


def opened(github: Double, name: str = "acme/rockets") -> PullRequest:
    """A pull request that brings the finding."""
    files = {"go.mod": "module rockets\n", "cache/cache.go": BASE, "README.md": "Rockets\n"}
    roles = {"maintainer": "write", "reader": "read"}
    repository = github.people.repository(name, files, roles=roles)
    return github.people.open(repository, FIRST.files(), by="newcomer")


def notifications(github: Double) -> int:
    """Requests of the bot so far that send mail to people."""
    return sum(one.method == "POST" and one.template.endswith(NOTIFYING) for one in github.log)


def rewritten(code: Code) -> Iterator[tuple[str, Code]]:
    """Thirty pushes over one finding: what was done, and the code after it."""
    for turn in range(3):
        bare, spaced = 'key == ""', '( key  ==  "" )'
        for what, change in (
            ("lines shifted", {"above": f"// Cache keeps {turn}.\n" * 9}),
            ("unrelated commit", {}),
            ("file renamed", {"path": f"{code.package}/store{turn}.go"}),
            ("reformatted", {"leave": f"return{' ' * turn}  false // no", "condition": bare if turn % 2 else spaced}),
            ("rebased", {}),
            ("function renamed", {"function": f"Store{turn}"}),
            ("statement written anew", {"leave": f"return len(value) > {turn}"}),
            ("field renamed", {"field": f"lock{turn}"}),
            ("moved to another package", {"path": f"kept{turn}/kept.go", "package": f"kept{turn}"}),
            ("force-pushed", {"above": f"// Turn {turn}.\n"}),
        ):
            code = replace(code, **change)
            yield what, code


def test_thirty_pushes_over_one_finding_are_one_thread_and_one_notification(github: Double, bot: Bot) -> None:
    pull = opened(github)
    clean = github.people.open(pull.repository, {"cache/other.go": "package cache\n\nvar size = 1\n"})
    bot.work()
    (thread,) = ours(pull)
    before = FIRST
    for number, (what, code) in enumerate(rewritten(FIRST)):
        if what == "rebased":
            github.people.push_base(pull.repository, {"README.md": f"Rockets {number}\n"})
        if what in ("rebased", "force-pushed"):
            github.people.force_push(pull, code.files(FIRST))
        elif what == "unrelated commit":
            github.people.push(pull, {"unrelated.go": f"package rockets\n\nvar number = {number}\n"})
        else:
            github.people.push(pull, code.files(before))
        before = code
        if number % 10 == 0:
            github.people.push(clean, {"cache/other.go": f"package cache\n\nvar size = {number}\n"})
        bot.work()
        assert ours(pull) == [thread], (number, what)
        assert not thread.body.startswith("**Fixed"), (number, what)
        assert check_of(pull).title == "1 finding", (number, what)
    assert (len(pull.reviews), notifications(github)) == (1, 1)
    assert (clean.reviews, clean.comments, clean.review_comments) == ([], [], [])
    (row,) = posted.for_pull(bot.database, pull.repository.id, pull.number)
    assert (row.state, row.symbol, row.path) == ("open", "Cache.Store2", "kept2/kept.go")
    assert thread.body.endswith(f"<!-- concurrency-check fingerprint={row.fingerprint} -->")

    github.people.push(pull, replace(before, unlock="\t\tc.lock2.Unlock()\n").files())
    bot.work()
    assert thread.body.startswith(f"**Fixed in {pull.head[:10]}.**")
    assert check_of(pull).conclusion == "success"


def test_why_silent_tells_what_the_configuration_silences(github: Double, bot: Bot) -> None:
    files = {"go.mod": "module rockets\n", "cache/cache.go": FIRST.text(), "README.md": "Rockets\n"}
    files[".concurrency-check.yml"] = "heuristics: {lock-leak-on-return: off}\n"
    repository = github.people.repository("acme/rockets", files, roles={"maintainer": "write"})
    pull = github.people.open(repository, {"README.md": "Rockets!\n"})
    github.people.comment(pull, "/concurrency-check why-silent cache/cache.go:14", by="maintainer")
    bot.work()
    base = pull.base[:10]
    assert pull.comments[-1].body.startswith(
        "**cache/cache.go:14**\n- `lock-leak-on-return`: "
        f".concurrency-check.yml at {base} silences it (heuristics: lock-leak-on-return: off): `c.mtx` is still held"
    )


def test_an_ignored_finding_stays_ignored_until_its_function_does_something_else(github: Double, bot: Bot) -> None:
    pull = opened(github)
    bot.work()
    (thread,) = ours(pull)
    reply = github.people.reply(pull, thread, "/concurrency-check ignore the caller unlocks", by="maintainer")
    bot.work()
    assert [one.content for one in reply.reactions] == ["+1"]
    before = FIRST
    for code in (
        replace(FIRST, above="// Lines are shifted.\n"),
        replace(FIRST, leave="return len(value) > 0"),
        replace(FIRST, function="Store"),
        replace(FIRST, function="Store", path="cache/store.go"),
    ):
        github.people.push(pull, code.files(before))
        bot.work()
        assert thread.body.startswith("**Ignored by maintainer: the caller unlocks**"), code
        assert check_of(pull).conclusion == "success", code
        before = code
    (no,) = [one for one in dispositions.for_repository(bot.database, pull.repository.id) if one.symbol != "Cache.Put"]
    assert (no.author, no.reason, no.symbol) == ("maintainer", "the caller unlocks", "Cache.Store")

    branch = github.people.open(pull.repository, FIRST.files())
    bot.work()
    assert (ours(branch), check_of(branch).conclusion) == ([], "success")

    more = before.text().replace(
        "\treturn true\n", "\tc.mtx.Lock()\n\tdelete(c.items, value)\n\tc.mtx.Unlock()\n\treturn true\n"
    )
    github.people.push(pull, {before.path: more})
    bot.work()
    assert thread.body.startswith(
        f"**Here again since {pull.head[:10]}.** What this function does there has changed since maintainer ignored it."
    )
    assert (check_of(pull).conclusion, thread.minimized, ours(pull)) == ("neutral", "", [thread])
    assert len(pull.reviews) == 2  # the review, and the reply of the maintainer
