"""After the five: fixes are taken back, and each finding comes to another end: the dashboard has one of each."""

from __future__ import annotations

from typing import Final

from bot.demo.double.state import PullRequest, ReviewComment
from bot.demo.play import MAINTAINER, Stage
from bot.demo.scenes import Scene, scenes

# What becomes of what is found then, by scene.
LEFT, IGNORED, RESOLVED, MERGED = "is left open", "is ignored", "is resolved", "is merged with it"
ENDS: Final = {"tanka": LEFT, "thanos": IGNORED, "submariner": RESOLVED, "prometheus": MERGED}
_REASON: Final = "The caller holds on to it until the next tenant comes."


def afterwards(on: Stage) -> bool:
    """Four pull requests that take a fix back. Returns whether each was reviewed."""
    plays = [(ENDS[scene.name], _take_back(on, scene)) for scene in scenes() if scene.name in ENDS]
    on.say("")
    on.say("── For the dashboard, four of the fixes are taken back again. What is found")
    came = []
    for end, pull in plays:
        came.append(on.reviewed(pull) is not None and bool(pull.review_comments))
        on.say(f"   in {pull.repository.full_name} #{pull.number} {end}")
        if came[-1]:
            _end(on, end, pull, pull.review_comments[0])
    return all(came)


def _take_back(on: Stage, scene: Scene) -> PullRequest:
    repository = next(one for one in on.double.world.repositories.values() if one.full_name == scene.repository)
    changed = {path: text for path, text in {**scene.base, **scene.head}.items() if path in scene.fixed}
    return on.double.people.open(
        repository, changed, title=f"Revert “{scene.fix}”", by=scene.author, branch=f"revert-{scene.branch}"
    )


def _end(on: Stage, end: str, pull: PullRequest, thread: ReviewComment) -> None:
    if end == IGNORED:
        on.double.people.reply(pull, thread, f"/concurrency-check ignore {_REASON}", by=MAINTAINER)
    elif end == RESOLVED:
        on.double.people.resolve(pull, thread)
    elif end == MERGED:
        on.double.people.act(pull, "merged", by=MAINTAINER)
