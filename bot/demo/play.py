"""The demo from beginning to end: GitHub's double, the real service, pull requests, their reviews, the fix."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.demo import text
from bot.demo.double import Double
from bot.demo.double.git import Git
from bot.demo.double.state import CheckRun, PullRequest
from bot.demo.page.views import blueprint
from bot.demo.scenes import Scene, scenes
from bot.demo.service import service

REVIEW_SECONDS: Final = 180.0
# Titles of completed checks that are no review: after the first two the service tries again, after the last not.
TRIED_AGAIN: Final = frozenset({"The review did not come about", "Waiting for GitHub"})
NOT_ANALYSED: Final = "Not analysed"
# Who may do everything in the repositories of the demo.
MAINTAINER: Final = "maintainer"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands while the demo runs. dashboard: address of the service's own pages."""

    double: Double
    say: Say
    dashboard: str

    def address(self, pull: PullRequest) -> str:
        """Where a pull request can be looked at."""
        return f"{self.double.url}/{pull.repository.full_name}/pull/{pull.number}"

    def reviewed(self, pull: PullRequest) -> CheckRun | None:
        """Waits for the check on the present head to complete with a review; None when it does not."""
        return self.double.wait(lambda: completed(pull), REVIEW_SECONDS)

    def show(self, pull: PullRequest, run: CheckRun | None) -> None:
        """Says what the bot made of a pull request."""
        for posted in pull.review_comments:
            self._lines(text.comment(pull, posted))
        for review in pull.reviews:
            if text.visible(review.body):
                self._lines(text.boxed(f"{review.author.login} reviewed", text.visible(review.body)))
        self._lines(text.check(run) if run else iter(["", "the review did not come"]))

    def open(self, pull: PullRequest) -> None:
        """Says which pull request it is."""
        self._lines(text.opened(pull, self.address(pull)))

    def _lines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.say(line)


@contextmanager
def stage(say: Say) -> Iterator[Stage]:
    """GitHub's double with its pages, and the service beside it, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="concurrency-check-demo-") as folder, Double() as double:
        double.app.register_blueprint(blueprint)
        with service(double, Path(folder)) as address:
            yield Stage(double, say, address)


def completed(pull: PullRequest) -> CheckRun | None:
    """The check run on the head of a pull request, when it is completed and nothing is tried again."""
    there = tuple(pull.repository.checks.values())  # at once: GitHub goes on meanwhile
    runs = [run for run in there if run.head == pull.head and run.status == "completed"]
    return runs[-1] if runs and runs[-1].title not in TRIED_AGAIN else None


def five(on: Stage) -> bool:
    """The five pull requests: opened, reviewed, fixed. Returns whether each got an inline comment and a check."""
    plays = [(scene, _open(on.double, scene)) for scene in scenes()]
    came = [_review(on, pull) for _, pull in plays]
    for scene, pull in plays:
        on.double.people.push(pull, scene.fixed, message=scene.fix)
    came += [_fix(on, scene, pull) for scene, pull in plays]
    for scene, pull in plays:
        on.double.people.act(pull, "merged", by=MAINTAINER)
        on.double.people.push_base(
            pull.repository, {**scene.head, **scene.fixed}, message=f"Merge #{pull.number}", by=MAINTAINER
        )
    return all(came)


@dataclass(frozen=True, slots=True)
class LocalChange:
    """Two commits (SHAs) of a repository on this machine."""

    git: Git
    base: str
    head: str


def own(on: Stage, change: LocalChange) -> bool:
    """A change of a local repository as a pull request. Returns whether its review came."""
    folder = change.git.folder
    place = folder.parent if folder.name in (".git", "repo") else folder
    repository = on.double.people.repository("local/" + re.sub(r"[^\w.-]", "-", place.stem), borrow=folder)
    repository.git.set_ref(f"refs/heads/{repository.default_branch}", change.base)
    commit = change.git.describe(change.head)
    title, _, body = commit.message.strip().partition("\n")
    author = re.sub(r"\W+", "-", commit.author.name).strip("-").lower() or "gopher"
    pull = on.double.people.open_at(
        repository, change.base, change.head, title=title, body=body.strip(), by=author, branch="change"
    )
    on.open(pull)
    run = on.reviewed(pull)
    on.show(pull, run)
    return run is not None and run.title != NOT_ANALYSED


def bill(on: Stage) -> None:
    """Says how many requests each pull request cost."""
    on.say("")
    on.say("── Requests to GitHub by pull request and push, as GitHub counts them; in brackets those that are free")
    on.say("   (unchanged since they were last asked for, tokens, archives)")
    for line in on.double.bill().lines():
        on.say(line)


def _open(double: Double, scene: Scene) -> PullRequest:
    roles = {scene.author: "write", MAINTAINER: "admin"}
    repository = double.people.repository(scene.repository, scene.base, roles=roles)
    return double.people.open(
        repository, scene.head, title=scene.title, body=scene.description, by=scene.author, branch=scene.branch
    )


def _review(on: Stage, pull: PullRequest) -> bool:
    on.open(pull)
    run = on.reviewed(pull)
    on.show(pull, run)
    return run is not None and bool(pull.review_comments)


def _fix(on: Stage, scene: Scene, pull: PullRequest) -> bool:
    run = on.reviewed(pull)
    on.say("")
    on.say(f"── {pull.repository.full_name} #{pull.number}: {pull.author.login} pushes “{scene.fix}”; now it says")
    for posted in pull.review_comments:
        hidden = f", hidden as {posted.minimized.lower()}" if posted.minimized else ""
        for line in text.boxed(f"{posted.author.login} on {posted.path}{hidden}", text.unfolded(posted.body)):
            on.say(line)
    if run is not None:
        for line in text.check(run):
            on.say(line)
    return run is not None and run.conclusion == "success"
