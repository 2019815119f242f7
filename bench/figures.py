"""Turns results of a measurement on real code into bench/recall.json, from which docs/pages.py makes docs/figures.md.

python bench/figures.py --parent FILE --intro FILE --noise FILE

Each FILE holds a JSON object a line. parent: bugs that maintainers fixed, looked at before the fix; intro: the same,
looked at in the change that brought them ({id, family, hit, quiet, hits: [{rule}]}). noise: ordinary changes ({repo,
head, found: [{rule, path, line}]}). Rows with `skipped` do not count. What is not given stays as it is.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

RECALL = Path(__file__).resolve().parent / "recall.json"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a result that were measured; a run that failed found nothing."""
    measured = (json.loads(line) for line in path.read_text().splitlines())
    return (row for row in measured if "skipped" not in row)


def bugs(measured: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Bugs and hits by defect family, and by heuristic the bugs that it is among the finders of."""
    families: dict[str, Counter[str]] = {}
    found: Counter[str] = Counter()
    for row in measured:
        family = families.setdefault(row["family"], Counter(bugs=0, found=0, gone=0))
        family.update(bugs=1, found=int(row["hit"]), gone=int(bool(row.get("quiet"))))
        found.update({hit["rule"] for hit in row.get("hits", ())})
    return {
        "bugs": sum(family["bugs"] for family in families.values()),
        "families": {name: dict(families[name]) for name in sorted(families)},
        "heuristics": {name: found[name] for name in sorted(found)},
    }


def changes(measured: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How many changes were looked at, and every finding in them."""
    number, findings = 0, []
    for row in measured:
        number += 1
        for one in row["found"]:
            place = {"repository": row["repo"], "commit": row["head"], "path": one["path"], "line": one["line"]}
            findings.append({**place, "heuristic": one["rule"]})
    return {"changes": number, "findings": sorted(findings, key=lambda one: tuple(map(str, one.values())))}


def main() -> None:
    """Write what was measured over what was there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("parent", "intro", "noise"):
        parser.add_argument(f"--{name}", type=Path)
    given = vars(parser.parse_args())
    figures = json.loads(RECALL.read_text()) if RECALL.exists() else {}
    for name, make in (("parent", bugs), ("intro", bugs), ("noise", changes)):
        figures[name] = make(rows(given[name])) if given[name] else figures.get(name, make(()))
    RECALL.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
