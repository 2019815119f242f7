"""The digest of some days as Markdown, for a chat, an issue or a mail."""

from __future__ import annotations

from bot.dashboard.words import count, duration
from bot.store.reading.digest import Digest
from bot.store.reading.findings import Listed
from bot.viewer import Sight

MOST = 10
_LINES = (
    ("seen", "first seen"),
    ("fixed", "fixed before merge"),
    ("merged", "merged with it"),
    ("ignored", "ignored"),
    ("resolved", "resolved here"),
)
# What Markdown would take for a mark.
_MARKS = str.maketrans({one: f"\\{one}" for one in "\\`*_{}[]<>#|~@"})


def markdown(found: Digest, sight: Sight, web_url: str) -> str:
    """The text. web_url: root of GitHub's pages."""
    lines = [
        f"## Concurrency findings in {sight.account}, {count(found.days, 'day')}",
        "",
        "| what happened | findings |",
        "|---|---:|",
        *(f"| {label} | {found.happened.get(what, 0):,} |" for what, label in _LINES),
        "",
    ]
    if found.fixes.median is not None:
        lines += [f"Median time from comment to fix, over three months: {duration(found.fixes.median)}.", ""]
    ranked = sorted(found.exposed.items(), key=lambda one: (-one[1], sight.by_id[one[0]].full_name))[:MOST]
    if ranked:
        lines += ["### Most exposed", ""]
        lines += [f"- {_text(sight.by_id[id_].full_name)}: {count(many, 'finding')}" for id_, many in ranked] + [""]
    if found.gravest:
        lines += ["### Gravest open", "", *(_finding(one, sight, web_url) for one in found.gravest), ""]
    if found.demoted:
        lines += ["### Told in the check only", ""]
        lines += [f"- `{name}` in {_text(sight.by_id[id_].full_name)}" for name, id_ in found.demoted] + [""]
    return "\n".join(lines)


def _finding(one: Listed, sight: Sight, web_url: str) -> str:
    name = sight.by_id[one.repository].full_name
    return f"- [{_text(name)}#{one.number}]({web_url}/{name}/pull/{one.number}): {_text(one.message)} ({one.heuristic})"


def _text(text: str) -> str:
    """A text that is shown as it is, and calls nobody."""
    return " ".join(text.split()).translate(_MARKS).replace("\\@", "@\u200b")
