"""What the bot says on a pull request, and what it does not say, push after push."""

from __future__ import annotations

from bot.demo.double import Double
from bot.store import posted
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, ours, writes


def test_a_finding_is_told_once_at_its_line(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"go.mod": "module rockets\n", "main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()

    (review,) = pull.reviews
    assert (review.state, review.commit) == ("COMMENTED", pull.head)
    assert review.body.startswith("1 concurrency finding in this change.\n\n<!-- concurrency-check review=" + pull.head)
    (comment,) = ours(pull)
    assert (comment.path, comment.line, comment.side) == ("main.go", 4, "RIGHT")
    assert "`x` is written by several goroutines at once." in comment.body
    assert comment.body.endswith(f"<!-- concurrency-check fingerprint={fingerprint('x')} -->")
    check = check_of(pull)
    assert (check.status, check.conclusion, check.title) == ("completed", "neutral", "1 finding")
    assert check.annotations == []
    (row,) = posted.for_pull(bot.database, repository.id, pull.number)
    assert (row.fingerprint, row.state, row.head_first) == (fingerprint("x"), "open", pull.head)


def test_a_push_with_nothing_new_notifies_nobody(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(pull, {"main.go": "// A comment moves every line.\n\n" + BUGGY, "other.go": "package main\n"})
    before = len(writes(github))
    bot.work()

    assert len(pull.reviews) == len(ours(pull)) == 1
    assert writes(github)[before:] == ["POST /check-runs", *["PATCH /check-runs/{check_run_id}"] * 2]
    assert check_of(pull).conclusion == "neutral"


def test_a_fixed_finding_closes_its_comment_and_comes_back_in_it(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    said = ours(pull)[0].body
    fixed = github.people.push(pull, {"main.go": MAIN.replace("x := 1", "x := 3")})
    bot.work()

    (comment,) = ours(pull)
    assert comment.body.startswith(f"**Fixed in {fixed[:10]}.**")
    assert comment.body.endswith(f"<!-- concurrency-check fingerprint={fingerprint('x')} -->")
    assert comment.minimized == "RESOLVED"
    assert (check_of(pull).conclusion, check_of(pull).title) == ("success", "No findings")

    github.people.push(pull, {"main.go": BUGGY})
    bot.work()
    (comment,) = ours(pull)
    here_again = f"**Here again since {pull.head[:10]}.**\n\n"
    assert comment.body.split("\n- ")[0] == here_again + said.split("\n- ")[0]
    assert comment.minimized == ""
    assert len(pull.reviews) == 1
    assert check_of(pull).conclusion == "neutral"


def test_a_clean_pull_request_hears_nothing(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": MAIN.replace("1", "2")})
    bot.work()

    assert pull.reviews == pull.comments == []
    check = check_of(pull)
    assert (check.conclusion, check.title, check.summary) == ("success", "No findings", "1 Go file looked at.")


def test_documents_are_not_looked_at(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": BUGGY, "README.md": "Rockets\n"})
    pull = github.people.open(repository, {"README.md": "Rockets!\n"})
    bot.work()

    assert check_of(pull).conclusion == "success"
    assert not [one for one in github.log if "/git/" in one.template or "tarball" in one.template]


def test_a_draft_waits(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY}, draft=True)
    bot.work()
    assert (check_of(pull).conclusion, ours(pull)) == ("skipped", [])

    github.people.act(pull, "ready_for_review")
    bot.work()
    assert (check_of(pull).conclusion, len(ours(pull))) == ("neutral", 1)


def test_a_fork_is_reviewed_like_the_rest(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    fork = github.people.fork(repository, "stranger")
    pull = github.people.open(repository, {"main.go": BUGGY}, fork=fork, by="stranger")
    bot.work()
    assert (check_of(pull).conclusion, len(ours(pull))) == ("neutral", 1)


def test_only_what_the_change_brings_is_told(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, "old.go": "package main // BUG(old)\n"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    github.people.push_base(repository, {"new.go": "package main // BUG(theirs)\n"})
    bot.work()
    assert [comment.path for comment in ours(pull)] == ["main.go"]


def test_more_findings_than_comments(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    lines = "".join(f"var v{number} int // BUG(v{number})\n" for number in range(35))
    pull = github.people.open(repository, {"many.go": f"package main\n\n{lines}"})
    bot.work()

    assert (len(pull.reviews), len(ours(pull))) == (1, 30)
    check = check_of(pull)
    assert check.title == "35 findings"
    assert check.summary is not None and check.summary.count("told here only") == len(check.annotations) == 5

    github.people.push(pull, {"other.go": "package main\n"})
    bot.work()
    assert (len(pull.reviews), len(ours(pull))) == (1, 30)


def test_findings_silenced_by_a_directive_are_listed_in_the_check(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(pull, {"main.go": BUGGY.replace("BUG(x)", "BUG(x) ignore")})
    bot.work()

    (comment,) = ours(pull)
    assert comment.body.startswith("**Silenced by a directive in the source:** it is fine")
    check = check_of(pull)
    assert check.conclusion == "success"
    assert check.summary is not None and "**Silenced in the source**" in check.summary


def test_not_seen_is_not_fixed(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(pull, {"main.go": "BROKEN\n"})
    bot.work()

    assert not ours(pull)[0].body.startswith("**Fixed")
    check = check_of(pull)
    assert check.conclusion == "neutral"
    assert check.summary is not None and "`main.go:1`: this file does not parse" in check.summary


def test_where_github_leaves_the_patch_out_the_hunks_are_computed(github: Double, bot: Bot) -> None:
    github.limits.patch_lines = 1
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    assert [comment.line for comment in ours(pull)] == [4]


def test_a_tree_that_is_cut_short_is_read_from_the_archive(github: Double, bot: Bot) -> None:
    github.limits.tree_entries = 1
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, "a.go": "package main\n"})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    assert len(ours(pull)) == 1


def test_the_merge_group_is_answered_on_its_own_head(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": MAIN.replace("1", "2")})
    group = github.people.queue_merge(pull)
    bot.work()
    assert (check_of(pull, group).status, check_of(pull, group).conclusion) == ("completed", "success")


def test_what_was_merged_with_it_is_remembered(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.act(pull, "merged")
    bot.work()
    assert [row.state for row in posted.for_pull(bot.database, repository.id, pull.number)] == ["merged"]
