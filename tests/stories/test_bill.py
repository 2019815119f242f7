"""What a pull request costs in requests, as GitHub counts and the double prints; and what nothing costs at all."""

from __future__ import annotations

from bot.demo.double import Double
from bot.demo.double.state import PullRequest
from tests.stories.harness import Bot, check_of, ours

FILES = {f"pkg/f{number}.go": f"package pkg\n\nvar v{number} = 1\n" for number in range(40)}


def normal(github: Double) -> PullRequest:
    """20 files, 3 findings."""
    repository = github.people.repository("acme/rockets", FILES, roles={"maintainer": "write"}, private=True)
    changed = {path: text.replace("= 1", "= 2") for path, text in list(FILES.items())[:20]}
    for number in range(3):
        changed[f"pkg/f{number}.go"] += f"// BUG(b{number})\n"
    return github.people.open(repository, changed)


def test_a_normal_pull_request(github: Double, bot: Bot) -> None:
    pull = normal(github)
    bot.work()
    assert len(ours(pull)) == 3
    name = "acme/rockets #1"
    printed = "\n".join(github.bill().lines())
    assert github.bill().total(name) <= 12, printed
    assert printed.splitlines()[0] == name
    assert printed.splitlines()[-1].split() == ["counted", str(github.bill().total(name))]

    github.people.push(pull, {"pkg/f30.go": "package pkg\n\nvar v30 = 2\n", "pkg/f31.go": "package pkg\n"})
    bot.work()
    assert github.bill().total(name, push=2) <= 8, "\n".join(github.bill().lines())
    fixed = {f"pkg/f{number}.go": FILES[f"pkg/f{number}.go"].replace("= 1", "= 3") for number in range(3)}
    github.people.push(pull, fixed)
    bot.work()
    assert {(one.body[:9], one.minimized) for one in ours(pull)} == {("**Fixed i", "RESOLVED")}
    assert github.bill().total(name, push=3) <= 8, "\n".join(github.bill().lines())
    github.people.push(pull, {"cmd/late.go": "package cmd // BUG(late)\n"})
    bot.work()
    assert github.bill().total(name, push=4) <= 8, "\n".join(github.bill().lines())
    assert (len(pull.reviews), check_of(pull).title) == (2, "1 finding")

    for again in range(2):
        before = github.bill().total()
        github.people.act(pull, "reopened" if again else "ready_for_review")
        bot.work()
        assert github.bill().total() - before <= 3, "\n".join(github.bill().lines())
    assert (len(pull.reviews), check_of(pull).title) == (2, "1 finding")

    counted = sum(item.counted for item in github.bill().items if item.pull == name)
    assert counted == github.bill().total(), "every request is on the bill of the pull request that it was made for"


def test_a_run_that_a_person_asks_for_again_costs_next_to_nothing(github: Double, bot: Bot) -> None:
    pull = normal(github)
    bot.work()
    costs = []
    for _ in range(3):
        before = github.bill().total()
        github.people.click(pull.repository, check_of(pull), by="maintainer")
        bot.work()
        costs.append(github.bill().total() - before)
    assert costs[0] <= 6 and costs[1:] == [3, 3], "\n".join(github.bill().lines())
    assert (len(pull.reviews), check_of(pull).status) == (1, "completed")


def test_a_token_is_good_for_its_repository_and_its_work_alone(github: Double, bot: Bot) -> None:
    shared = {".concurrency-check.yml": "mode: check-only\n"}
    github.people.repository("acme/.github", shared, private=True)
    pull = normal(github)
    other = github.people.repository("acme/gliders", {"main.go": "package main\n"})
    installation = github.world.installation_of(other)
    assert installation is not None
    installation.permissions["administration"] = "write"  # an operator's mistake
    second = github.people.open(other, {"main.go": "package main // BUG(g)\n"})
    bot.work()

    assert (ours(pull), ours(second), check_of(second).title) == ([], [], "1 finding"), "check-only holds for both"
    issued = [one.answer for one in github.log if one.template.endswith("/access_tokens")]
    assert len(issued) == 3
    reach = {frozenset(token.repositories or ()) for token in github.world.tokens.values()}
    assert reach == {frozenset({one.id}) for one in github.world.repositories.values()}
    needed = {"metadata": "read", "contents": "read", "pull_requests": "write", "checks": "write", "issues": "read"}
    needed["merge_queues"] = "read"
    assert {tuple(sorted(one["permissions"].items())) for one in issued} == {
        tuple(sorted(needed.items())),
        (("contents", "read"),),
    }
