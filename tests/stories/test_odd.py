"""Pull requests that are large or odd: the right result, or a plain sentence on what was not covered."""

from __future__ import annotations

import pygit2
import pytest
from pygit2.enums import FileMode

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.demo.double.state import Repository
from bot.review.look import look
from bot.sources.github_tree import GitHubSnapshot, Memory
from heuristics import Config, Report, Snapshot
from tests.stories.harness import BUGGY, MAIN, Bot, check_of, fingerprint, marked, ours

ROLES = {"maintainer": "write"}


def commit(repository: Repository, parent: str, entries: dict[str, tuple[bytes, FileMode]]) -> str:
    """A commit with entries that no ordinary change has. parent: "" for one without a past."""
    git = repository.git
    repo = pygit2.Repository(str(git.folder))
    index = pygit2.Index()
    if parent:
        index.read_tree(git.describe(parent).tree)
    for path, (text, mode) in entries.items():
        oid = pygit2.Oid(hex=text.decode()) if mode == FileMode.COMMIT else repo.create_blob(text)
        index.add(pygit2.IndexEntry(path, oid, mode))
    who = pygit2.Signature("gopher", "gopher@localhost", 1_700_000_000)
    parents = [pygit2.Oid(hex=parent)] if parent else []
    return str(repo.create_commit(None, who, who, "odd", index.write_tree(repo), parents))


def test_what_cannot_be_read_is_named(github: Double, bot: Bot) -> None:
    github.limits.patch_lines = 50
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    base = repository.git.resolve("main")
    head = commit(repository, base, {
        "main.go": (BUGGY.encode(), FileMode.BLOB),
        "link.go": (b"main.go", FileMode.LINK),
        "module": (b"1f7b169c846f218ab552fa82fbf86758bf5c97d2", FileMode.COMMIT),
        "picture.png": (b"\x89PNG\0\0", FileMode.BLOB),
        "binary.go": (b"package main\n\0\0\0", FileMode.BLOB),
        "large.go": ((b"package main //" + b"much" * 20_000 + b"\n") * 60, FileMode.BLOB),
    })  # fmt: skip
    pull = github.people.open_at(repository, base, head, title="Odd")
    bot.work()
    assert [comment.path for comment in ours(pull)] == ["main.go"]
    assert "- Not read, for they are larger than 4 MB or no regular files: `large.go`, `link.go`." in (
        check_of(pull).summary or ""
    )
    github.people.push(pull, {"main.go": MAIN})
    bot.work()
    assert (check_of(pull).conclusion, check_of(pull).title) == ("neutral", "Not everything was looked at")


def test_the_tree_that_follows_from_a_comparison_is_the_tree(github: Double, bot: Bot) -> None:
    text = "".join(f"// line {number}\n" for number in range(30))
    module = (b"1f7b169c846f218ab552fa82fbf86758bf5c97d2", FileMode.COMMIT)
    files = {"main.go": MAIN, "a.go": f"{text}// a\n", "b.go": f"{text}// b\n", "gone.go": MAIN, "z/z.go": f"{text}z\n"}
    repository = github.people.repository("acme/rockets", files)
    base = repository.git.resolve("main")
    swapped = {"a.go": files["b.go"] + "//\n", "b.go": files["a.go"], "z/z.go": None, "z.go": files["z/z.go"]}
    plain = {**swapped, "gone.go": None, "one.go": "package main\n", "z/a.go": "package z\n", "vendor/v.go": text}
    pull = github.people.open(repository, plain)
    odd: dict[str, tuple[bytes, FileMode]] = {
        "link.go": (b"main.go", FileMode.LINK), "main.go": (b"a.go", FileMode.LINK), "module.go": module,
        "open.go": (b"package main", FileMode.BLOB), "empty.go": (b"", FileMode.BLOB),
    }  # fmt: skip
    heads = [pull.head, *(commit(repository, pull.head, {path: entry}) for path, entry in odd.items())]
    bot.work()
    installation = github.world.installation_of(repository)
    assert installation is not None
    client = bot._github.repository(installation.id, "acme/rockets", repository.id)
    for head, calls in zip(heads, (0, 1, 1, 1, 1, 1), strict=True):
        github.people.move(pull, head)
        memory = Memory()
        before = len(github.log)
        looked = look(client, client.pull(pull.number), memory)
        derived, known = looked.head.paths(), list(looked.base.paths())
        asked = [one for one in github.log[before:] if "/git/trees/" in one.path]
        assert (len(asked), known) == (1 + calls, sorted(files)), "base, and head where it does not follow"
        there = GitHubSnapshot(client, head, Memory()).paths()
        assert list(derived.items()) == list(there.items()), head
    assert base == pull.merge_base


def test_a_file_that_was_renamed_and_nothing_else_has_no_line_for_a_comment(github: Double, bot: Bot) -> None:
    text = "package main\n" + "// line\n" * 30
    repository = github.people.repository("acme/rockets", {"main.go": MAIN, "old.go": text})
    change = {"old.go": None, "new.go": text, "main.go": MAIN.replace("1", "2 // BUG(a new.go:7) BUG(b new.go:8)")}
    pull = github.people.open(repository, change)
    bot.work()
    (comment,) = ours(pull)
    assert (comment.path, comment.subject) == ("new.go", "file")
    assert [(one["path"], one["start_line"]) for one in check_of(pull).annotations] == [("new.go", 8)]


def test_without_a_common_ancestor(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    base = repository.git.resolve("main")
    head = commit(repository, "", {"main.go": (BUGGY.encode(), FileMode.BLOB)})
    pull = github.people.open_at(repository, base, head, title="From nowhere")
    bot.work()
    check = check_of(pull)
    assert (check.status, check.conclusion, check.title, bot.retries) == ("completed", "neutral", "Not analysed", [])
    assert (check.summary or "").startswith("GitHub knows no commit that this change and its base have in common.")


def test_retargeted_and_the_base_moved(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    release = repository.git.resolve("main")
    github.people.push_base(repository, {"main.go": BUGGY})
    pull = github.people.open(repository, {"new.go": "package main // BUG(y)\n"})
    bot.work()
    assert [comment.path for comment in ours(pull)] == ["new.go"]

    github.people.retarget(pull, "release", release)  # now the change of the base is its own, too
    bot.work()
    assert [comment.path for comment in ours(pull)] == ["new.go", "main.go"]
    assert (len(pull.reviews), check_of(pull).title) == (2, "2 findings")

    github.people.retarget(pull, "main", repository.git.resolve("main"))
    bot.work()
    assert check_of(pull).title == "1 finding"
    github.people.push_base(repository, {"other.go": "package main // BUG(theirs)\n"})
    github.people.push(pull, {"new.go": "package main\n"})
    bot.work()
    assert (len(ours(pull)), check_of(pull).conclusion) == (2, "success")


def test_two_pull_requests_with_one_head(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN}, roles=ROLES)
    base = repository.git.resolve("main")
    first = github.people.open(repository, {"main.go": BUGGY})
    bot.work()
    second = github.people.open_at(repository, base, first.head, title="The same again", branch="again")
    bot.work()
    assert ([len(ours(pull)) for pull in (first, second)], check_of(first).title) == ([1, 1], "1 finding")
    assert "#1 has the same head, so this check is of both; it has no finding of its own." in (
        check_of(first).summary or ""
    )

    # One of the two is clean: it must not hide what stands on the other.
    github.people.retarget(second, "release", first.head)
    bot.work()
    assert (check_of(first).title, check_of(first).conclusion) == ("No findings", "neutral")
    assert "#1 has the same head, so this check is of both; it has 1 finding of its own." in (
        check_of(first).summary or ""
    )
    github.people.act(first, "closed")
    github.people.comment(second, "/concurrency-check", by="maintainer")
    bot.work()
    assert check_of(second).conclusion == "success"


def test_a_push_between_the_last_look_and_the_review(github: Double, bot: Bot) -> None:
    repository = github.people.repository("acme/rockets", {"main.go": MAIN})
    pull = github.people.open(repository, {"main.go": BUGGY})
    push = Fault("POST", "/reviews$", 0, act=lambda: github.people.push(pull, {"main.go": "// moved\n" + BUGGY}))
    github.limits.arrange(push)
    bot.work()
    assert (len(pull.reviews), len(ours(pull)), check_of(pull).conclusion) == (1, 1, "neutral")


# GitHub lists 3,000 files at most.
SIZES = [pytest.param(330, 310, 40, id="few"), pytest.param(3_200, 3_000, 400, id="thousands", marks=pytest.mark.long)]


@pytest.mark.parametrize(("files", "listed", "lines"), SIZES)
def test_more_files_than_github_lists_and_more_lines_than_it_shows(
    github: Double, bot: Bot, files: int, listed: int, lines: int
) -> None:
    github.limits.files, github.limits.patch_lines = listed, 30  # no patch is shown: hunks come from the bytes
    old = {f"f{number:04}.go": f"package main // BUG(old{number})\n" for number in range(files)}
    repository = github.people.repository("acme/rockets", old)
    asked: list[int] = []

    def analyze(head: Snapshot, base: Snapshot, config: Config) -> Report:
        asked.append(len(head.paths()))
        return marked(head, base, config)

    bot.analyze = analyze
    change = {path: text + "// a line\n" * lines for path, text in old.items()}
    change["f0004.go"] += "// BUG(listed)\n"
    change[f"f{files - 1:04}.go"] += "// BUG(unlisted)\n"
    pull = github.people.open(repository, change)
    bot.work()
    assert [(comment.path, comment.line) for comment in ours(pull)] == [("f0004.go", lines + 2)]
    check = check_of(pull)
    assert (check.status, check.conclusion, check.title, asked) == ("completed", "neutral", "2 findings", [files])
    assert [str(note["message"]).split("`")[1] for note in check.annotations] == ["unlisted"]
    assert f"GitHub lists {listed} of the {files} changed files." in (check.summary or "")
    assert not [one for one in github.log if one.status == 406]
    assert fingerprint("old1") not in str(check.summary)
