"""Every answer to a person who commands the bot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.review import markers
from bot.review.comments import ignored_by, story
from bot.review.markdown import Links, code, cut, listing, markdown, sentence
from bot.silence import Reason
from bot.store.dispositions import Disposition
from bot.store.posted import FIXED, RESOLVED, Posted
from heuristics import Config, Finding


def help_text(command: str) -> str:
    """The answer to `/concurrency-check help`."""
    return (
        "- `/concurrency-check` reviews this pull request now.\n"
        "- `/concurrency-check explain` in the thread of a finding (or with the first 8 digits of its fingerprint) "
        "tells on which evidence it rests.\n"
        "- `/concurrency-check why-silent PATH:LINE` tells what was seen at a line without being a finding.\n"
        "- `/concurrency-check ignore REASON` there: this finding is not raised again in this repository.\n"
        "- `/concurrency-check unignore` there takes that back.\n"
        "- `/concurrency-check status` lists what stands on this pull request.\n"
        "- `/concurrency-check config` prints the configuration in force, and where it comes from.\n\n"
        f"{markers.of_answer(command)}"
    )


def unknown_verb(verb: str, command: str) -> str:
    return f"There is no `/concurrency-check {code(verb, 40)}`. These there are:\n\n{help_text(command)}"


def answer(text: str, command: str) -> str:
    """Any other answer, with the mark by which it is known again."""
    return f"{cut(text)}\n\n{markers.of_answer(command)}"


def explanation(finding: Finding, links: Links, ignored: str) -> str:
    """Why a finding is one: the facts that decided. ignored: by whom and why, as `ignored_by` words it, else ""."""
    facts = "\n".join(f"- {markdown(fact)}" for fact in finding.evidence)
    parts = [
        f"{markdown(finding.message)} ({links.place(finding.span)})",
        story(finding, links),
        f"What decided:\n{facts}" if facts else "",
        f"`{finding.heuristic}`, tier {finding.tier.value}, {finding.severity.value}, "
        f"fingerprint `{finding.fingerprint}`.",
        f"{sentence(ignored)}." if ignored else "",
    ]
    return "\n\n".join(part for part in parts if part)


def why_silent(path: str, line: int, reasons: Sequence[Reason]) -> str:
    """What was made of a line, and why it carries no comment."""
    said = [f"- `{one.heuristic}`: {markdown(one.sentence)}" for one in reasons if one.heuristic]
    said += [f"- {markdown(one.sentence)}" for one in reasons if not one.heuristic]
    return listing(f"{markdown(path)}:{line}", said)


CLOSED_NOW = "This pull request is closed; nothing is reviewed on it any more."


def configuration(config: Config, origin: str, layer: Callable[[str], str]) -> str:
    """The configuration in force, as it would be written. layer: where the value of a key comes from."""
    rows = [(text, layer(key)) for key, text in values(config)]
    width = max(len(text) for text, _ in rows)
    lines = [f"{text:{width}}  # {where}" for text, where in rows]
    levels = [f"  {name}: {level}" for name, level in sorted(config.heuristics.items())]
    if levels:
        lines += [f"{'heuristics:':{width}}  # {layer('heuristics')}", *levels]
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"In force ({origin}):\n\n{fence}yaml\n{text}\n{fence}"


def values(config: Config) -> tuple[tuple[str, str], ...]:
    """Each key but the heuristics, and the line in which it would be written."""
    fails = f"check: {{fail-on: {config.fail_on}}}" if config.fail_on else "check: {}"
    return (
        ("mode", f"mode: {config.mode}"),
        ("comments.max", f"comments: {{max: {config.comments_max}}}"),
        ("check.fail-on", fails),
        ("paths-ignore", f"paths-ignore: [{', '.join(map(json.dumps, config.paths_ignore))}]"),
    )


def differences(old: Config, new: Config) -> tuple[str, ...]:
    """What a configuration changes, a line each, in markdown."""
    pairs = [(one, other) for (_, one), (_, other) in zip(values(old), values(new), strict=True)]
    for name in sorted(old.heuristics.keys() | new.heuristics.keys()):
        one, other = (config.heuristics.get(name, "as on its page") for config in (old, new))
        pairs.append((f"{name}: {one}", f"{name}: {other}"))
    return tuple(f"{_coded(one)} becomes {_coded(other)}" for one, other in pairs if one != other)


def _coded(text: str) -> str:
    """Text as code, whatever backticks are in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{text}{fence}" if len(fence) == 1 else f"{fence} {text} {fence}"


def status(rows: Sequence[Posted], noes: Sequence[Disposition]) -> str:
    """What was told on a pull request and how it stands, and what is ignored in the repository, by whom and why."""
    told = [f"- `{row.fingerprint[:8]}` {_state(row)}: {markdown(row.message)}" for row in rows]
    ignored_lines = [
        f"- `{no.fingerprint[:8]}` {ignored_by(no.author, no.reason)} ({_what(no)}{_day(no.at)})" for no in noes
    ]
    parts = [
        listing("On this pull request", told),
        listing("Ignored in this repository", ignored_lines),
        "`/concurrency-check unignore FINGERPRINT` takes one back." if noes else "",
    ]
    return (
        "\n\n".join(part for part in parts if part) or "Nothing was found on this pull request, and nothing is ignored."
    )


def _state(row: Posted) -> str:
    if row.state == FIXED and row.head_fixed:
        return f"fixed in {row.head_fixed[:10]}"
    if row.state == RESOLVED and row.author:
        return f"resolved by {markdown(row.author)} on {_day(row.said_at)}"
    return row.state


def _what(no: Disposition) -> str:
    """Heuristic, function and variable of what is ignored; "" for a no from before these were kept."""
    return "".join(f"`{part}`, " for part in (no.heuristic, no.symbol, no.variable) if part)


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
