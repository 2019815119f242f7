"""What a module must offer to be a heuristic, and that those which are there offer it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import heuristics
from heuristics import Severity, Tier, catalogue
from heuristics.engine.heuristic import FAMILIES, Malformed, from_module


def module(**changes: object) -> ModuleType:
    made = ModuleType("heuristics.lock_path.stays_locked", "A return leaves it locked.\n\nThe page.\n\nLimits: none.\n")
    vars(made).update(
        {"TIER": Tier.A, "SEVERITY": Severity.ERROR, "IN_TESTS": True, "YIELDS_TO": (), "check": lambda index: iter(())}
    )
    vars(made).update(changes)
    return made


def test_a_module_becomes_a_heuristic() -> None:
    made = from_module(module(YIELDS_TO=("other",)))
    assert (made.name, made.family) == ("stays-locked", "lock-path")
    assert (made.title, made.page) == ("A return leaves it locked", "The page.\n\nLimits: none.\n")
    assert (made.tier, made.severity, made.in_tests, made.yields_to) == (Tier.A, Severity.ERROR, True, ("other",))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"__doc__": None}, "docstring"),
        ({"__doc__": "Only a title."}, "docstring"),
        ({"__doc__": "A title that\nruns on.\n"}, "docstring"),
        ({"TIER": "A"}, "TIER must be there and be of type Tier"),
        ({"SEVERITY": None}, "SEVERITY"),
        ({"IN_TESTS": None}, "IN_TESTS"),
        ({"YIELDS_TO": "other"}, "YIELDS_TO"),
        ({"check": None}, r"check\(index\)"),
        ({"check": lambda: iter(())}, r"check\(index\)"),
    ],
)
def test_a_malformed_module_is_refused_by_name(changes: dict[str, object], said: str) -> None:
    with pytest.raises(Malformed, match=rf"heuristics\.lock_path\.stays_locked: .*{said}"):
        from_module(module(**changes))


def test_the_catalogue_is_sorted_and_its_names_are_unique() -> None:
    names = [(one.family, one.name) for one in catalogue()]
    assert names == sorted(set(names))
    assert {family.replace("_", "-") for family in FAMILIES} >= {family for family, _ in names}


def test_every_package_of_the_engine_is_in_the_wheel() -> None:
    root = Path(heuristics.__path__[0]).parent
    packages = {path.parent.relative_to(root) for path in root.glob("heuristics/**/__init__.py")}
    listed = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    names = {".".join(package.parts) for package in packages if "testdata" not in package.parts}
    assert names == {name for name in listed if name.split(".")[0] == "heuristics"}


def test_every_page_says_what_is_wrong_what_is_right_and_what_is_missed() -> None:
    missing = [
        f"{one.name}: {word}" for one in catalogue() for word in ("WRONG", "RIGHT", "Limits") if word not in one.page
    ]
    assert not missing


def test_titles_are_sentences_of_one_line_and_names_are_words_with_dashes() -> None:
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", one.name) and len(one.title) <= 100 for one in catalogue())


def test_they_yield_to_heuristics_that_exist() -> None:
    names = {one.name for one in catalogue()}
    assert not [f"{one.name} yields to {name}" for one in catalogue() for name in one.yields_to if name not in names]
