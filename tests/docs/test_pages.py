"""The documentation says what the code does: pages, links, variables, permissions."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import yaml

from bot.credentials import FILE_KEYS
from bot.settings import Settings
from heuristics import Tier, catalogue

TOP = Path(__file__).resolve().parents[2]
DOCS = TOP / "docs"
PAGES = sorted([*TOP.glob("*.md"), *DOCS.rglob("*.md"), TOP / "bench" / "README.md"])


def test_the_heuristics_have_their_pages() -> None:
    made = runpy.run_path(str(DOCS / "pages.py"))["pages"]()
    there = {path.name: path.read_text() for path in (DOCS / "heuristics").glob("*.md")}
    assert there == made, "run python docs/pages.py"


def test_the_figures_are_those_of_the_measurement_and_of_the_findings_that_were_read() -> None:
    made = runpy.run_path(str(DOCS / "pages.py"))
    assert (DOCS / "figures.md").read_text() == made["figures"](), "run python docs/pages.py"
    _, judged = made["_verdicts"]()
    assert set(judged) == {one.name for one in catalogue()}, "judged.json names a heuristic that is not there"
    said = {name: sum(read[verdict] for verdict in made["VERDICTS"]) for name, read in judged.items()}
    weak = {name for name, read in judged.items() if said[name] >= made["ENOUGH"] and read["true"] * 2 < said[name]}
    assert not {one.name for one in catalogue() if one.name in weak and one.tier is not Tier.C}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Files, and headings in them; addresses elsewhere are not followed."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            assert heading in headings(file), target


def test_files_that_the_pages_name_are_there() -> None:
    for page in (TOP / "README.md", TOP / "CONTRIBUTING.md", DOCS / "architecture.md", DOCS / "operators.md"):
        for name in re.findall(r"`((?:bot|heuristics|deploy|docs|bench|tests)/[\w./-]+)`", page.read_text()):
            if "NAME" not in name and "FAMILY" not in name:
                assert (TOP / name).exists(), f"{page.name}: {name}"


def test_every_variable_is_documented_and_nothing_else() -> None:
    text = (DOCS / "operators.md").read_text()
    table = text.partition("## Environment")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+)\|", table, re.MULTILINE)
    documented = {name for row in rows for name in re.findall("`(.+?)`", row)}
    source = "".join((TOP / "bot" / name).read_text() for name in ("settings.py", "credentials.py"))
    read = set(re.findall(r'"([A-Z][A-Z_]{3,})"', source)) - {"BEGIN"}
    assert documented == read
    assert set(FILE_KEYS) <= documented
    assert Settings.load(dict.fromkeys(documented, "")) == Settings.load({})


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    page = (DOCS / "permissions.md").read_text()
    assert runpy.run_path(str(DOCS / "pages.py"))["permissions"](page) == page, "run python docs/pages.py"


def test_every_permission_and_event_is_documented() -> None:
    asked = yaml.safe_load((TOP / "app.yml").read_text())
    text = (DOCS / "permissions.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (read|write) \|", text, re.MULTILINE)
    assert dict(rows) == asked["default_permissions"]
    events = text.partition("## Events")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", events, re.MULTILINE)) == set(asked["default_events"])


def headings(page: Path) -> set[str]:
    """What GitHub makes of the headings of a page, as far as we use it."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
