"""The five pull requests of the demo, read from the package's data: small Go modules, written anew after real bugs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

NAMES = ("tanka", "thanos", "submariner", "prometheus", "cri-o")


@dataclass(frozen=True, slots=True)
class Scene:
    """One pull request. base: the whole tree before it; head and fixed: files that it, and then its fix, changes."""

    name: str
    repository: str
    branch: str
    author: str
    title: str
    description: str
    fix: str
    base: Mapping[str, bytes]
    head: Mapping[str, bytes]
    fixed: Mapping[str, bytes]


def scenes() -> tuple[Scene, ...]:
    """All five, in the order in which they are shown."""
    return tuple(map(_scene, NAMES))


def _scene(name: str) -> Scene:
    folder = files("bot.demo") / "pull_requests" / name
    told = tomllib.loads((folder / "pull_request.toml").read_text("utf-8"))
    return Scene(
        name=name,
        base=dict(_tree(folder / "base", "")),
        head=dict(_tree(folder / "head", "")),
        fixed=dict(_tree(folder / "fix", "")),
        **told,
    )


def _tree(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for child in folder.iterdir():
        if child.is_dir():
            found.extend(_tree(child, f"{prefix}{child.name}/"))
        else:
            found.append((prefix + child.name, child.read_bytes()))
    return found
