"""The pages: all pull requests, one pull request (conversation, files, checks), a commit, a file at a commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, render_template
from markupsafe import Markup

from bot.demo.double.git import Change, Line
from bot.demo.double.state import CheckRun, PullRequest, Repository, ReviewComment, World
from bot.demo.page.markdown import to_html

blueprint = Blueprint("page", __name__, template_folder="templates", static_folder="static", static_url_path="/_static")

_POLICY = ("default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'none'",
           "frame-ancestors 'none'")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread: its first comment, the replies, and the lines of the diff above it."""

    root: ReviewComment
    replies: tuple[ReviewComment, ...]
    lines: tuple[Line, ...]

    @property
    def outdated(self) -> bool:
        return self.root.subject == "line" and self.root.line is None

    def html(self, comment: ReviewComment) -> Markup:
        """A comment of this thread; its suggestion stands beside the lines that it replaces."""
        start = self.root.original_start_line or self.root.original_line or 0
        taken = [line.text for line in self.lines if start <= line.new <= (self.root.original_line or 0)]
        return to_html(comment.body, taken)


@blueprint.after_request
def strict(response: Response) -> Response:
    """Nothing on these pages comes from elsewhere, and nothing in them runs."""
    response.headers["Content-Security-Policy"] = "; ".join(_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/")
def everything() -> str:
    with _world().lock:
        pulls = [pull for repository in _world().repositories.values() for pull in repository.pulls.values()]
        return render_template("pulls.html", pulls=pulls, check=_check)


@blueprint.get("/<owner>/<name>/pull/<int:number>")
def conversation(owner: str, name: str, number: int) -> str:
    with _world().lock:
        pull = _pull(owner, name, number)
        threads = {review.id: _threads(pull, review.id) for review in pull.reviews}
        return _page("conversation.html", pull, events=_events(pull), threads=threads, html=to_html)


@blueprint.get("/<owner>/<name>/pull/<int:number>/files")
def files(owner: str, name: str, number: int) -> str:
    with _world().lock:
        pull = _pull(owner, name, number)
        threads = [thread for thread in _threads(pull) if not thread.outdated]
        return _page("files.html", pull, changes=_changes(pull), hanging=_hanging(threads))


@blueprint.get("/<owner>/<name>/pull/<int:number>/checks")
def checks(owner: str, name: str, number: int) -> str:
    with _world().lock:
        pull = _pull(owner, name, number)
        runs = [run for run in pull.repository.checks.values() if run.head == pull.head]
        return _page("checks.html", pull, runs=runs, html=to_html)


@blueprint.get("/<owner>/<name>/blob/<sha>/<path:path>")
def blob(owner: str, name: str, sha: str, path: str) -> str:
    with _world().lock:
        try:
            _, text = _repository(owner, name).git.read(sha, path)
        except KeyError:
            abort(404)
    lines = text.decode("utf-8", "replace").splitlines()
    return render_template("blob.html", repository=_repository(owner, name), sha=sha, path=path, lines=lines)


@blueprint.get("/<owner>/<name>/commit/<sha>")
def commit(owner: str, name: str, sha: str) -> str:
    repository = _repository(owner, name)
    with _world().lock:
        try:
            found = repository.git.describe(sha)
        except (KeyError, ValueError):
            abort(404)
        changes = repository.git.changes(str(found.parent_ids[0]), sha) if found.parent_ids else ()
    title = found.message.partition("\n")[0]
    return render_template("commit.html", repository=repository, sha=sha, title=title, changes=changes)


def _page(template: str, pull: PullRequest, **more: object) -> str:
    counts = {
        "conversation": len(pull.comments) + len(pull.review_comments),
        "files": len(_changes(pull)),
        "checks": sum(run.head == pull.head for run in pull.repository.checks.values()),
        "commits": len(pull.repository.git.beyond(pull.base, pull.head)),
    }
    return render_template(template, pull=pull, check=_check(pull), counts=counts, **more)


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


def _repository(owner: str, name: str) -> Repository:
    found = _world().repository(f"{owner}/{name}")
    return found or abort(404)


def _pull(owner: str, name: str, number: int) -> PullRequest:
    found = _repository(owner, name).pulls.get(number)
    return found or abort(404)


def _check(pull: PullRequest) -> CheckRun | None:
    """The newest check run on the head."""
    runs = [run for run in pull.repository.checks.values() if run.head == pull.head]
    return runs[-1] if runs else None


def _changes(pull: PullRequest) -> tuple[Change, ...]:
    return pull.repository.git.changes(pull.merge_base, pull.head)


def _events(pull: PullRequest) -> list[tuple[str, object]]:
    """Commits, comments and submitted reviews in the order in which they came; commits first within a second."""
    git = pull.repository.git
    commits = [git.describe(sha) for sha in git.beyond(pull.base, pull.head)]
    events: list[tuple[float, int, str, object]] = [(one.commit_time, 0, "commit", one) for one in commits]
    events += [(one.at.timestamp(), one.id, "comment", one) for one in pull.comments]
    events += [(one.submitted.timestamp(), one.id, "review", one) for one in pull.reviews if one.submitted]
    return [(kind, event) for _, _, kind, event in sorted(events, key=lambda event: event[:2])]


def _threads(pull: PullRequest, review: int = 0) -> list[Thread]:
    """The threads of a pull request, or only those that a review started."""
    roots = [one for one in pull.review_comments if not one.reply_to and review in (0, one.review)]
    return [
        Thread(root, tuple(one for one in pull.review_comments if one.reply_to == root.id), _lines(pull, root))
        for root in roots
    ]


def _lines(pull: PullRequest, root: ReviewComment, above: int = 6) -> tuple[Line, ...]:
    """The lines of the diff that a thread was started on, as it was then, with a few above."""
    git = pull.repository.git
    base = git.merge_base(pull.base, root.original_commit) or pull.base
    change = next((one for one in git.changes(base, root.original_commit) if one.path == root.path), None)
    for hunk in change.hunks if change and root.original_line else ():
        numbers = [hunk.number(line, root.side) for line in hunk.lines]
        if root.original_line in numbers:
            last = numbers.index(root.original_line)
            start = root.original_start_line
            first = numbers.index(start) if start in numbers else last
            return hunk.lines[max(0, min(first, last - above)) : last + 1]
    return ()


def _hanging(threads: Sequence[Thread]) -> dict[tuple[str, str, int], list[Thread]]:
    """Threads by the place that they hang on: path, side, line; line 0 for those on a whole file."""
    places: dict[tuple[str, str, int], list[Thread]] = {}
    for thread in threads:
        place = (thread.root.path, thread.root.side, thread.root.line or 0)
        places.setdefault(place, []).append(thread)
    return places
