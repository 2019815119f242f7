"""What a heuristic is, and how the engine finds the ones that are there: a folder a family, a file a heuristic."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Protocol

from heuristics.engine.finding import Found, Severity, Tier
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index

# Part of the contract: SARIF, configuration and page addresses carry these names (with dashes for the underscores).
FAMILIES = (
    "lock_path",
    "shared_copy",
    "guarded_by",
    "goroutine_capture",
    "waitgroup",
    "channel",
    "context_timer",
    "primitives",
    "testing",
)


class Malformed(Exception):
    """A module in a family's folder does not keep the contract of a heuristic; the message says what is missing."""


class HeuristicModule(Protocol):
    """What a module must offer; its docstring is the title line, an empty line, and the page in Markdown."""

    TIER: Tier
    SEVERITY: Severity
    IN_TESTS: bool
    YIELDS_TO: tuple[str, ...]

    def check(self, index: Index) -> Iterator[Found]:
        """Every place that matches in the functions that the index iterates over; pure."""
        ...


@frozen()
class Heuristic:
    """One bug pattern as the engine runs it and as lists, pages and reports show it.

    name, family: with dashes. title: the docstring's first line without its full stop. page: the rest, Markdown.
    in_tests: whether it looks at _test.go files. yields_to: names of more specific heuristics; where one of them
    reports the same cause, this one keeps quiet. check: the module's function.
    """

    name: str
    family: str
    title: str
    page: str
    tier: Tier
    severity: Severity
    in_tests: bool
    yields_to: tuple[str, ...]
    check: Callable[[Index], Iterator[Found]] = field(repr=False, compare=False)


def from_module(module: ModuleType) -> Heuristic:
    """The heuristic that a module FAMILY.NAME is; raises Malformed."""
    family, name = module.__name__.replace("_", "-").split(".")[-2:]
    title, _, page = inspect.cleandoc(module.__doc__ or "").partition("\n")
    if not title or not page.strip() or page.splitlines()[0].strip():
        raise Malformed(f"{module.__name__}: the docstring must be a title line, an empty line and a page")
    for attribute, kind in (("TIER", Tier), ("SEVERITY", Severity), ("IN_TESTS", bool), ("YIELDS_TO", tuple)):
        if not isinstance(getattr(module, attribute, None), kind):
            raise Malformed(f"{module.__name__}: {attribute} must be there and be of type {kind.__name__}")
    check = getattr(module, "check", None)
    if not inspect.isfunction(check) or len(inspect.signature(check).parameters) != 1:
        raise Malformed(f"{module.__name__}: check(index) must be there and take nothing but the index")
    return Heuristic(
        name=name,
        family=family,
        title=title.rstrip("."),
        page=page.strip() + "\n",
        tier=module.TIER,
        severity=module.SEVERITY,
        in_tests=module.IN_TESTS,
        yields_to=module.YIELDS_TO,
        check=check,
    )


@cache
def catalogue() -> tuple[Heuristic, ...]:
    """Every heuristic that is installed, sorted by family and name; raises Malformed. Imports their modules once."""
    root = import_module("heuristics")
    found = []
    for package in pkgutil.iter_modules(root.__path__, "heuristics."):
        if package.ispkg and package.name.rpartition(".")[2] in FAMILIES:
            family = import_module(package.name)
            found += [
                from_module(import_module(module.name))
                for module in pkgutil.iter_modules(family.__path__, f"{package.name}.")
            ]
    return tuple(sorted(found, key=lambda heuristic: (heuristic.family, heuristic.name)))
