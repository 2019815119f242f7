"""The bill: what each pull request cost, by endpoint, counted as GitHub counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.demo.double import render
from bot.demo.double.state import PullRequest, Repository, World

_BELOW: Final = re.compile(r"/(?:pulls|issues)/(\d+)(?:[/?]|$)")
_COMMENT: Final = re.compile(r"/(?:pulls|issues)/comments/(\d+)")
_CHECK: Final = re.compile(r"/check-runs/(\d+)")
_COMMIT: Final = re.compile(r"\b[0-9a-f]{40}\b")
# What an installation asks and the bill leaves out: it is an archive, however large.
_ARCHIVE: Final = "/tarball/"


@dataclass(frozen=True, slots=True)
class Item:
    """One request. pull: "owner/name #number" that it was made for, "" when for none. push: the how manieth of that
    pull request, from 1. counted: it costs something; not 304 answers, what the App asks as itself, and archives."""

    pull: str
    push: int
    endpoint: str
    counted: bool


class Clerk:
    """Finds out which pull request a request was made for: by what it names, else by what its token last asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heads: dict[str, list[str]] = {}
        self._last: dict[str, str] = {}
        self._of_head: dict[str, str] = {}

    def item(self, method: str, template: str, path: str, sent: Any, status: int, credential: str) -> Item:
        """The item for a request, to be asked in the order in which they come."""
        with self._world.lock:
            found = self._named(path, sent if isinstance(sent, dict) else {})
            key = _key(found) if found else self._past(path, sent) or self._last.get(credential, "")
            if found:
                heads = self._heads.setdefault(key, [])
                if found.head not in heads:
                    heads.append(found.head)
                self._of_head[found.head] = key
            if key:
                self._last[credential] = key
        as_itself = credential.count(".") == 2  # a JSON web token
        counted = status != 304 and not as_itself and _ARCHIVE not in template
        return Item(key, len(self._heads.get(key, ())), f"{method} {template}", counted)

    def _named(self, path: str, sent: Mapping[str, Any]) -> PullRequest | None:
        repository = self._repository(path, sent)
        if repository is None:
            return None
        number = _BELOW.search(path)
        if number:
            return repository.pulls.get(int(number[1]))
        comment = _COMMENT.search(path)
        if comment:
            return _with_comment(repository, int(comment[1]))
        variables = sent.get("variables") or {}
        if "number" in variables:
            return repository.pulls.get(int(variables["number"]))
        check = _CHECK.search(path)
        run = repository.checks.get(int(check[1])) if check else None
        shas = {*_COMMIT.findall(path), str(sent.get("head_sha", "")), run.head if run else ""}
        return next((pull for pull in repository.pulls.values() if pull.head in shas), None)

    def _past(self, path: str, sent: Any) -> str:
        """By a head that was the newest once."""
        shas = _COMMIT.findall(path) + ([str(sent.get("head_sha", ""))] if isinstance(sent, dict) else [])
        return next((self._of_head[sha] for sha in shas if sha in self._of_head), "")

    def _repository(self, path: str, sent: Mapping[str, Any]) -> Repository | None:
        parts = path.partition("/repos/")[2].split("/")
        if len(parts) > 1:
            return self._world.repository("/".join(parts[:2]))
        variables = sent.get("variables") or {}
        if "owner" in variables:
            return self._world.repository(f"{variables['owner']}/{variables['name']}")
        for repository in self._world.repositories.values():
            for pull in repository.pulls.values():
                if any(render.node("PRRC", one.id) in variables.values() for one in pull.review_comments):
                    return repository
        return None


@dataclass(frozen=True, slots=True)
class Bill:
    """All items so far, in order."""

    items: tuple[Item, ...]

    def total(self, pull: str = "", push: int = 0) -> int:
        """What GitHub counts. pull: of that one alone; push: of that push alone."""
        return sum(item.counted and pull in ("", item.pull) and push in (0, item.push) for item in self.items)

    def by_endpoint(self) -> Counter[str]:
        """How often each endpoint was asked at a cost, as "GET /repos/{owner}/{repo}"."""
        return Counter(item.endpoint for item in self.items if item.counted)

    def lines(self) -> Iterator[str]:
        """The bill as text: for each pull request and push how often each endpoint was asked, a line an endpoint."""
        for pull in dict.fromkeys(item.pull for item in self.items if item.pull):
            mine = [item for item in self.items if item.pull == pull]
            pushes = range(1, max(item.push for item in mine) + 1)
            yield pull
            yield _row("", [f"push {push}" for push in pushes])
            for endpoint in dict.fromkeys(item.endpoint for item in mine):
                asked = [item for item in mine if item.endpoint == endpoint]
                yield _row(_short(endpoint), [_cell(item for item in asked if item.push == push) for push in pushes])
            yield _row("counted", [str(self.total(pull, push)) for push in pushes])


def _cell(items: Iterable[Item]) -> str:
    """How many are counted, and in brackets how many are not."""
    counts = Counter(item.counted for item in items)
    free = f"({counts[False]})" if counts[False] else ""
    return " ".join(part for part in (str(counts[True] or ""), free) if part) or "-"


def _row(name: str, cells: Iterable[str]) -> str:
    return f"  {name:<46}" + "".join(f"{cell:>9}" for cell in cells)


def _short(endpoint: str) -> str:
    method, _, template = endpoint.partition(" ")
    return f"{method:<6} {template.replace('/repos/{owner}/{repo}', '…')}"


def _key(pull: PullRequest) -> str:
    return f"{pull.repository.full_name} #{pull.number}"


def _with_comment(repository: Repository, number: int) -> PullRequest | None:
    for pull in repository.pulls.values():
        if number in {one.id for one in pull.review_comments} | {one.id for one in pull.comments}:
            return pull
    return None
