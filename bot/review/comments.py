"""Every sentence that the bot says on GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.github.answers import Button, Result
from bot.review import markers
from bot.review.markdown import MOST, Links, count, cut, listing, markdown, sentence
from bot.review.placement import Placed, Where
from bot.store.dispositions import Disposition
from bot.store.posted import FIXED, IGNORED, OPEN, RESOLVED, Posted
from heuristics import Config, Finding, Problem, Related, Report, Span

CHECK_NAME = "concurrency-check"
_FOLDED = re.compile(r"<summary>What was said</summary>\n\n(.*)\n\n</details>", re.DOTALL)
# Bytes: of the story in a comment, and of what a check says on what was not covered.
_MOST_STORY = 20_000
_MOST_UNSEEN = 20_000
_TOLD = {Where.INLINE: "", Where.FILE: "", Where.CHECK: "; told here only"}


# Comments on a finding


def comment(placed: Placed, title: str, links: Links) -> str:
    """A finding as its comment. title: of the heuristic's page."""
    finding = placed.finding
    parts = [f"**{title.removesuffix('.')}** (`{finding.heuristic}`)", markdown(finding.message)]
    if placed.near:
        parts.append(f"Found at {links.place(finding.span)}.")
    story = _story(finding, links)
    if story:
        parts.append(story)
    if placed.suggestion is not None and finding.fix is not None:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", placed.suggestion.text)), default=0))
        parts.append(f"{sentence(finding.fix.title)}:\n{fence}suggestion\n{placed.suggestion.text}{fence}")
    parts += [how_to_silence(finding), markers.of_finding(finding.fingerprint)]
    return "\n\n".join(parts)


def how_to_silence(finding: Finding) -> str:
    """One line: what to do about a finding that is wrong here, and where its page is."""
    return (
        f"<sub>Not a bug? Reply `/concurrency-check ignore REASON`, or write "
        f"`//concurrency-check:ignore {finding.heuristic} REASON` above the line. "
        f"`concurrency-check explain {finding.heuristic}` says more.</sub>"
    )


_FIXED = "**Fixed in "
_SILENCED = "**Silenced "
_IGNORED = "**Ignored "


def fixed(head: str, said: str) -> str:
    """The comment of a finding that is gone since a commit. said: the comment as it was; it stays, folded."""
    return _closed(f"{_FIXED}{head[:10]}.**", said)


def silenced(reason: str, said: str) -> str:
    """The comment of a finding that a directive in the source silences now."""
    return _closed(f"{_SILENCED}by a directive in the source:** {markdown(reason)}", said)


def ignored(sentence: str, said: str) -> str:
    """The comment of a finding that a person ignores. sentence: by whom and why, as `ignored_by` words it."""
    return _closed(f"{_IGNORED}{sentence.removeprefix('ignored ')}**", said)


def ignored_by(author: str, reason: str) -> str:
    return f"ignored by {markdown(author)}: {markdown(reason)}"


def here_again(head: str, ignored_by: str) -> str:
    """What stands above a finding that came back. ignored_by: who had ignored it, "" where it had been fixed."""
    why = f" What this function does there has changed since {markdown(ignored_by)} ignored it." if ignored_by else ""
    return f"**Here again since {head[:10]}.**{why}\n\n"


def resolved_by(author: str) -> str:
    return f"resolved here by {markdown(author)}"


def state_of(body: str) -> str:
    """The state in which a comment of ours leaves its finding, read off its first words."""
    if body.startswith(_FIXED):
        return FIXED
    return IGNORED if body.startswith((_SILENCED, _IGNORED)) else OPEN


def _closed(first: str, said: str) -> str:
    marker = markers.of_finding(markers.fingerprint_of(said))
    # A comment may close twice (fixed, back, ignored): what was said first is what stays.
    inner = _FOLDED.search(said)
    text = cut(inner.group(1) if inner else said.replace(marker, "").strip(), MOST - len(first.encode()))
    return f"{first}\n\n<details><summary>What was said</summary>\n\n{text}\n\n</details>\n\n{marker}"


def _story(finding: Finding, links: Links) -> str:
    lines: Sequence[Related] = finding.story or finding.related
    return cut("\n".join(f"- {links.place(line.span)}: {markdown(line.message)}" for line in lines), _MOST_STORY)


# The review


def review_body(told: Sequence[Placed], beyond: int, head: str) -> str:
    """The body of a review whose inline comments tell these findings; GitHub wants some text there. beyond: how many
    more are told elsewhere."""
    fingerprints = tuple(one.finding.fingerprint for one in told)
    where = f": {len(told)} in comments, {beyond} in the check `{CHECK_NAME}`" if beyond else ""
    said = f"{count(len(told) + beyond, 'concurrency finding')} in this change{where}."
    return f"{said}\n\n{markers.of_review(head, fingerprints)}"


# The check run


# GitHub shows these to people with write access; whoever clicks is asked for it again by `commands.weigh`.
REVIEW_NOW = Button("Review now", "Review this pull request now", "review")
REVIEW_AGAIN = Button("Review again", "Look at this head once more", "review")
IGNORE_ALL = Button("Ignore all", "Do not raise these findings again", "ignore-all")


def outcome_text(
    placed: Sequence[Placed],
    ignored: Sequence[tuple[Finding, str]],
    report: Report,
    *,
    problems: Sequence[Problem],
    gaps: Sequence[str],
    remarks: Sequence[str],
    links: Links,
) -> tuple[str, str]:
    """Title and summary of a check run. ignored: findings with the sentence that says who ignores them. gaps, remarks:
    plain sentences about what was not covered, and about the rest."""
    title = count(len(placed), "finding") if placed else "Not everything was looked at" if gaps else "No findings"
    findings = [f"- {_listed(one.finding, _TOLD[one.where], links)}" for one in placed]
    ignored_lines = [f"- {_listed(finding, f'; {why}', links)}" for finding, why in ignored]
    silenced_lines = [
        f"- {_listed(one, f'; {markdown(one.suppression.reason)}', links)}"
        for one in report.suppressed
        if one.suppression is not None
    ]
    unseen = [*(f"- {gap}" for gap in gaps), *(f"- {_problem(problem)}" for problem in problems)]
    # What was not covered must stay readable under a list that is longer than GitHub takes.
    last = _paragraphs(
        cut(listing("Not looked at, or not understood", unseen), _MOST_UNSEEN),
        *remarks,
        f"{count(report.files, 'Go file')} looked at." if report.files else "This change touches no Go files.",
    )
    first = _paragraphs(
        listing("Findings", findings),
        listing("Ignored", ignored_lines),
        listing("Silenced in the source", silenced_lines),
    )
    return title, _paragraphs(cut(first, MOST - len(last.encode())), last)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def plain(conclusion: str, title: str, sentence: str, *buttons: Button) -> Result:
    return Result(conclusion, title, cut(sentence), buttons)


DRAFT = plain(
    "skipped",
    "Draft",
    "Drafts are not reviewed. `/concurrency-check` reviews it now; otherwise it waits until it is ready.",
    REVIEW_NOW,
)
ON_DEMAND = plain(
    "skipped",
    "On demand",
    "This repository is reviewed on demand: `/concurrency-check` in a comment starts a review.",
    REVIEW_NOW,
)
SUPERSEDED = plain("cancelled", "Superseded", "A newer head came in while this one was being reviewed.")
CLOSED = plain("skipped", "Closed", "The pull request was closed.")
MERGE_GROUP = plain(
    "success", "Merge group", "The pull requests of a merge group are reviewed one by one, before they are queued."
)
WENT_WRONG = plain(
    "neutral",
    "The review did not come about",
    "Something went wrong on our side. It is tried again by itself; `/concurrency-check` in a comment asks at once.",
    REVIEW_AGAIN,
)


def analysis_failed(reason: str) -> Result:
    """reason: one clause, without a full stop."""
    said = f"{sentence(reason)}. `/concurrency-check` in a comment asks for another try."
    return plain("neutral", "Not analysed", said, REVIEW_AGAIN)


def waits(reason: str) -> Result:
    """GitHub does not answer, or asks to wait. reason: of the retry, in one line."""
    said = f"The review is tried again by itself. ({markdown(reason)})"
    return plain("neutral", "Waiting for GitHub", said, REVIEW_AGAIN)


def not_all_files(listed: int, changed: int) -> str:
    return (
        f"GitHub lists {listed} of the {changed} changed files. The others were compared in the commits themselves, "
        "but nothing can be said on their lines."
    )


def broken_configuration(error: str) -> str:
    """error: "path:line: message"."""
    return (
        f"The configuration is broken: {markdown(error)}. Until it is mended, the defaults hold, "
        "and findings are listed here only."
    )


def preview(error: str) -> str:
    """What is said of the configuration that a pull request brings. error: "" when it reads well."""
    if error:
        return f"The configuration that this change brings is broken: {markdown(error)}."
    return "The configuration that this change brings reads well; it holds once it is merged."


# Answers to people


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
    return f"There is no `/concurrency-check {_code(verb)}`. These there are:\n\n{help_text(command)}"


def answer(text: str, command: str) -> str:
    """Any other answer, with the mark by which it is known again."""
    return f"{cut(text)}\n\n{markers.of_answer(command)}"


def explanation(finding: Finding, links: Links, ignored: str) -> str:
    """Why a finding is one: the facts that decided. ignored: by whom and why, as `ignored_by` words it, else ""."""
    facts = "\n".join(f"- {markdown(fact)}" for fact in finding.evidence)
    parts = [
        f"{markdown(finding.message)} ({links.place(finding.span)})",
        _story(finding, links),
        f"What decided:\n{facts}" if facts else "",
        f"`{finding.heuristic}`, tier {finding.tier.value}, {finding.severity.value}, "
        f"fingerprint `{finding.fingerprint}`.",
        f"{sentence(ignored)}." if ignored else "",
    ]
    return "\n\n".join(part for part in parts if part)


def why_silent(path: str, line: int, report: Report) -> str:
    """What the heuristics made of a line that carries no finding, and what they found where it does."""

    def here(span: Span) -> bool:
        return span.path == path and span.line <= line <= span.end_line

    found = [f"- `{one.heuristic}`: {markdown(one.message)}" for one in report.introduced if here(one.span)]
    found += [f"- `{one.heuristic}`: there before this change" for one in report.standing if here(one.span)]
    found += [f"- `{one.heuristic}`: silenced by a directive" for one in report.suppressed if here(one.span)]
    found += [f"- `{one.heuristic}`: {markdown(one.reason)}" for one in report.silences if here(one.span)]
    found += [f"- {_problem(one)}" for one in report.problems if (one.path, one.line) == (path, line)]
    return listing(f"{path}:{line}", found) or f"Nothing was seen at `{path}:{line}`."


CLOSED_NOW = "This pull request is closed; nothing is reviewed on it any more."


def configuration(config: Config, origin: str) -> str:
    """The configuration in force, as it would be written, and where it comes from."""
    lines = [
        f"mode: {config.mode}",
        f"comments: {{max: {config.comments_max}}}",
        *([f"check: {{fail-on: {config.fail_on}}}"] if config.fail_on else []),
        *([f"paths-ignore: [{', '.join(map(json.dumps, config.paths_ignore))}]"] if config.paths_ignore else []),
        *(["heuristics:"] if config.heuristics else []),
        *(f"  {name}: {level}" for name, level in sorted(config.heuristics.items())),
    ]
    return f"In force ({origin}):\n\n```yaml\n{chr(10).join(lines)}\n```"


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


# Small pieces


def _listed(finding: Finding, remark: str, links: Links) -> str:
    return f"{links.place(finding.span)}: {markdown(finding.message)} (`{finding.heuristic}`{remark})"


def _problem(problem: Problem) -> str:
    place = f"`{problem.path}:{problem.line}`: " if problem.path else ""
    return f"{place}{markdown(problem.message)}"


def _code(text: str) -> str:
    return text.replace("`", "'")[:40]
