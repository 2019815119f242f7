"""What people ask the bot for, and who may."""

from __future__ import annotations

from bot.demo.double import Double
from bot.demo.double.state import Repository
from bot.store import dispositions, posted
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, ours

ROLES = {"maintainer": "write", "reader": "read"}


def _may_react(github: Double, repository: Repository) -> None:
    """An operator may grant this; app.yml asks for reading only."""
    installation = github.world.installation_of(repository)
    assert installation is not None
    installation.permissions["issues"] = "write"
    github.world.tokens.clear()


def test_a_writer_asks_for_a_review_of_a_draft(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY}, draft=True)
    bot.work()
    _may_react(github, repository)
    asked = github.people.comment(pull, "/concurrency-check", by="maintainer")
    bot.work()
    assert [(one.content, one.author.type) for one in asked.reactions] == [("eyes", "Bot")]
    assert (len(ours(pull)), check_of(pull).conclusion) == (1, "neutral")


def test_a_question_about_a_new_pull_request_does_not_keep_its_review_away(github: Double, bot: Bot) -> None:
    """Its head has a check run already, that of another pull request from the same commit."""
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    first = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    second = github.people.open_at(repository, first.base, first.head, title="The same for a release")
    github.people.comment(second, "/concurrency-check status", by="maintainer")
    bot.work()
    assert [len(ours(pull)) for pull in (first, second)] == [1, 1]


def test_a_stranger_gets_a_reaction_and_nothing_else(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY}, draft=True)
    bot.work()
    _may_react(github, repository)
    asked = [
        github.people.comment(pull, "/concurrency-check", by="reader"),
        github.people.comment(pull, "/concurrency-check help", by="nobody"),
    ]
    bot.work()
    assert [[one.content for one in comment.reactions] for comment in asked] == [["confused"], ["confused"]]
    assert (len(pull.comments), ours(pull), check_of(pull).conclusion) == (2, [], "skipped")


def test_a_stranger_hears_nothing_where_the_app_may_not_react(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY}, draft=True)
    github.people.comment(pull, "/concurrency-check", by="reader")
    bot.work()
    assert (len(pull.comments), ours(pull), check_of(pull).conclusion) == (1, [], "skipped")


def test_help_is_answered_once(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": MAIN.replace("1", "2")})
    bot.work()
    github.people.comment(pull, "/concurrency-check help", by="maintainer")
    held = bot.claim()
    bot.run(held.claim, held)
    bot.run(held.claim, held)  # as after a round that ended too early to say that it was done
    bot.again(held)
    answers = [comment.body for comment in pull.comments if comment.author.type == "Bot"]
    assert len(answers) == 1
    assert answers[0].startswith("- `/concurrency-check` reviews this pull request now.\n")


def test_an_unknown_verb_is_answered_with_those_there_are(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": MAIN.replace("1", "2")})
    github.people.comment(pull, "/concurrency-check reproduce", by="maintainer")
    bot.work()
    assert pull.comments[-1].body.startswith("There is no `/concurrency-check reproduce`. These there are:")


def test_ignore_in_the_thread_is_final_and_unignore_takes_it_back(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    (comment,) = ours(pull)
    reply = github.people.reply(pull, comment, "/concurrency-check ignore only one goroutine runs", by="maintainer")
    bot.work()

    assert [one.content for one in reply.reactions] == ["+1"]
    (no,) = dispositions.for_repository(bot.database, repository.id)
    assert (no.fingerprint, no.author, no.reason) == (fingerprint("x"), "maintainer", "only one goroutine runs")
    assert comment.body.startswith("**Ignored by maintainer: only one goroutine runs**")
    assert check_of(pull).conclusion == "success"

    second = github.people.open(repository, {"other.go": "package main // BUG(x)\n"})
    bot.work()
    assert (ours(second), check_of(second).conclusion) == ([], "success")
    assert "ignored by maintainer: only one goroutine runs" in (check_of(second).summary or "")

    github.people.comment(pull, f"/concurrency-check unignore {fingerprint('x')[:8]}", by="maintainer")
    bot.work()
    assert dispositions.for_repository(bot.database, repository.id) == ()
    assert "`x` is written by several goroutines at once." in comment.body
    assert "Ignored" not in comment.body
    assert (comment.minimized, check_of(pull).conclusion) == ("", "neutral")
    assert pull.comments[-1].body.startswith("It is not ignored any more.")  # issues: read cannot react here
    assert len([review for review in pull.reviews if review.author.type == "Bot"]) == 1


def test_the_author_without_write_access_cannot_ignore(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY}, by="newcomer")
    bot.work()
    (comment,) = ours(pull)
    reply = github.people.reply(pull, comment, "/concurrency-check ignore no time", by="newcomer")
    bot.work()
    assert [one.content for one in reply.reactions] == ["confused"]
    assert dispositions.for_repository(bot.database, repository.id) == ()


def test_ignore_wants_a_reason_and_a_finding(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.comment(pull, f"/concurrency-check ignore {fingerprint('x')[:8]}", by="maintainer")
    github.people.comment(pull, "/concurrency-check ignore all of it", by="maintainer")
    bot.work()
    answers = [comment.body for comment in pull.comments if comment.author.type == "Bot"]
    assert answers[0].startswith("A reason is needed: `/concurrency-check ignore REASON`.")
    assert answers[1].startswith("Which finding? Reply in its thread")


def test_explain_status_and_config(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    for verb in (f"explain {fingerprint('x')[:10]}", "status", "config"):
        github.people.comment(pull, f"/concurrency-check {verb}", by="maintainer")
        bot.work()
    answers = [comment.body for comment in pull.comments if comment.author.type == "Bot"]
    assert f"fingerprint `{fingerprint('x')}`" in answers[0]
    assert f"- `{fingerprint('x')[:8]}` open: `x` is written" in answers[1]
    assert answers[2].startswith(
        "In force (the defaults):\n\n```yaml\nmode: review         # default of this service\n"
    )


def test_explain_in_the_thread_is_answered_there(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    (comment,) = ours(pull)
    github.people.reply(pull, comment, "/concurrency-check explain", by="maintainer")
    bot.work()
    _, answer = ours(pull)
    assert answer.reply_to == comment.id
    assert f"fingerprint `{fingerprint('x')}`" in answer.body
    assert pull.comments == []


def test_why_silent(github: Double, bot: Bot) -> None:
    files = {"main.go": MAIN, "old.go": "package main // BUG(old)\n", "trap.go": "package main // TRAP\n"}
    repository = github.people.repository("acme/rockets", files, roles=ROLES)
    silenced = "package main // BUG(s) ignore\n"
    generated = "// Code generated by hand. DO NOT EDIT.\n\npackage main\n"
    pull = github.people.open(repository, {"main.go": BUGGY, "s.go": silenced, "gen.go": generated})
    bot.work()
    name, old, many = "goroutine-shared-var-write", fingerprint("old")[:8], "several goroutines"
    asked = {
        "main.go:4": f"- `{name}`: told on this pull request: `x` is written by several goroutines at once.",
        "main.go:1": "- no heuristic saw anything here",
        "old.go:1": f"- `{name}`: this change does not bring it: `old` is written by {many} at once. ({old})",
        "trap.go:1": f"- `{name}`: it is a trap",
        "s.go:1": f"- `{name}`: the directive at s.go:1 silences it: it is fine",
        "gen.go:3": "- generated code is skipped",
        "gone.go:3": "- there is no such file at this head",
        "README.md:1": "- not a Go file",
        "vendor/x.go:1": "- below vendor: such folders are skipped",
    }
    for place in asked:
        github.people.comment(pull, f"/concurrency-check why-silent {place}", by="maintainer")
    for wrong in ("main.go", ":3"):
        github.people.comment(pull, f"/concurrency-check why-silent {wrong}", by="maintainer")
    bot.work()
    answers = [comment.body.split("\n\n")[0] for comment in pull.comments if comment.author.type == "Bot"]
    told = [f"**{place}**\n{said}" for place, said in asked.items()]
    assert answers == [*told, *["Which line? `/concurrency-check why-silent PATH:LINE`."] * 2]


def test_a_closed_pull_request_is_not_reviewed(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    github.people.act(pull, "closed")
    github.people.comment(pull, "/concurrency-check", by="maintainer")
    bot.work()
    assert pull.comments[-1].body.startswith("This pull request is closed")
    assert (ours(pull), repository.checks) == ([], {})


def test_a_resolved_thread_is_final_for_the_pull_request(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    (comment,) = ours(pull)
    said = comment.body
    github.people.resolve(pull, comment, by="maintainer")
    bot.work()
    assert [row.state for row in posted.for_pull(bot.database, repository.id, pull.number)] == ["resolved"]
    for text in (MAIN, BUGGY):
        github.people.push(pull, {"main.go": text})
        bot.work()
    assert (len(ours(pull)), comment.body) == (1, said)


def test_a_thread_whose_resolution_was_never_told_is_not_opened_again(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    (comment,) = ours(pull)
    fixed = comment.body
    github.postman.dropping = True
    github.people.resolve(pull, comment, by="maintainer")
    github.postman.wait()
    github.postman.dropping = False
    github.people.push(pull, {"main.go": BUGGY})
    bot.work()
    assert (ours(pull), comment.body) == ([comment], fixed)
    assert [row.state for row in posted.for_pull(bot.database, repository.id, pull.number)] == ["resolved"]


def test_rerun_from_the_check(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    pull = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    github.people.click(repository, check_of(pull), by="maintainer")
    bot.work()
    assert (check_of(pull).status, len(ours(pull)), len(pull.reviews)) == ("completed", 1, 1)
