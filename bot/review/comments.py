"""Every sentence that the bot says on GitHub."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.github.answers import Button, Result
from bot.review import markers
from bot.review.markdown import MOST, Links, code, count, cut, listing, markdown, sentence
from bot.review.placement import Placed, Where
from bot.store.posted import FIXED, IGNORED, OPEN
from heuristics import Finding, Problem, Related, Report

CHECK_NAME = "concurrency-check"
_FOLDED = re.compile(r"<summary>What was said</summary>\n\n(.*)\n\n</details>", re.DOTALL)
# Bytes: of the story in a comment, and of what a check says on what was not covered.
_MOST_STORY = 20_000
_MOST_UNSEEN = 20_000
_NAMED = 10
_TOLD = {Where.INLINE: "", Where.FILE: "", Where.CHECK: "; told here only"}


# Comments on a finding


def comment(placed: Placed, title: str, links: Links) -> str:
    """A finding as its comment. title: of the heuristic's page."""
    finding = placed.finding
    parts = [f"**{title.removesuffix('.')}** (`{finding.heuristic}`)", markdown(finding.message)]
    if placed.near:
        parts.append(f"Found at {links.place(finding.span)}.")
    told = story(finding, links)
    if told:
        parts.append(told)
    if placed.suggestion is not None and finding.fix is not None:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", placed.suggestion.text)), default=0))
        parts.append(f"{sentence(finding.fix.title)}:\n{fence}suggestion\n{placed.suggestion.text}{fence}")
    parts += [how_to_silence(finding, links), markers.of_finding(finding.fingerprint)]
    return "\n\n".join(parts)


def how_to_silence(finding: Finding, links: Links) -> str:
    """One line: what to do about a finding that is wrong here, and where its page is."""
    return (
        f"<sub>Not a bug? Reply `/concurrency-check ignore REASON`, or write "
        f"`//concurrency-check:ignore {finding.heuristic} REASON` above the line. "
        f"{links.page(finding.heuristic)}</sub>"
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


def story(finding: Finding, links: Links) -> str:
    """The places that tell how it comes about, a line each."""
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


# GitHub shows these to people with write access; whoever clicks is asked for it again by `wishes.weigh`.
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
    unseen = [*(f"- {gap}" for gap in gaps), *(f"- {problem(one)}" for one in problems)]
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
# Title and summary of a check that is not completed: GitHub shows them for seconds, or as long as it wants rest.
IN_HAND = (
    "Not reviewed yet",
    "A review takes seconds. Where this stays for longer, GitHub's rate limit for this installation is reached: the "
    "review goes on by itself as soon as GitHub allows it.",
)


def analysis_failed(reason: str) -> Result:
    """reason: one clause, without a full stop."""
    said = f"{sentence(reason)}. `/concurrency-check` in a comment asks for another try."
    return plain("neutral", "Not analysed", said, REVIEW_AGAIN)


def tried_again(reason: str) -> Result:
    """A round failed, and another follows. reason: what GitHub did not answer, or asks to wait for, in one line; "" for
    a fault of ours."""
    if reason:
        said = f"The review is tried again by itself. ({markdown(reason)})"
        return plain("neutral", "Waiting for GitHub", said, REVIEW_AGAIN)
    said = (
        "Something went wrong on our side. It is tried again by itself; `/concurrency-check` in a comment asks at once."
    )
    return plain("neutral", "The review did not come about", said, REVIEW_AGAIN)


def given_up(reason: str) -> Result:
    """The last round failed, too. reason: as of `tried_again`."""
    last = f"The last try ended with: {markdown(reason)}" if reason else "The last try ended with a fault on our side"
    said = (
        f'{last}. It is not tried again by itself: a push, the button "{REVIEW_AGAIN.label}", or '
        "`/concurrency-check` in a comment starts another review."
    )
    return plain("neutral", "Not reviewed", said, REVIEW_AGAIN)


def not_all_files(listed: int, changed: int) -> str:
    return (
        f"GitHub lists {listed} of the {changed} changed files. The others were compared in the commits themselves, "
        "but nothing can be said on their lines."
    )


def unread(paths: Sequence[str]) -> str:
    """paths: Go files of the change that were not read; the first few are named."""
    named = ", ".join(f"`{code(path, 200)}`" for path in paths[:_NAMED])
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"Not read, for they are larger than 4 MB or no regular files: {named}{more}."


def same_head(number: int, findings: int) -> str:
    """Another open pull request has this commit as its head, and GitHub shows one check for both."""
    there = f"{count(findings, 'finding')} of its own" if findings else "no finding of its own"
    return f"#{number} has the same head, so this check is of both; it has {there}."


def broken_configuration(error: str) -> str:
    """error: "path:line: message"."""
    return (
        f"The configuration is broken: {markdown(error)}. Until it is mended, the defaults hold, "
        "and findings are listed here only."
    )


def preview_broken(error: str) -> str:
    """A pull request brings a configuration that cannot be read. error: "path:line: message"."""
    return f"The configuration that this change brings is broken: {markdown(error)}."


PREVIEW_REMOVED = (
    "This change takes the configuration of the repository away. Once it is merged, that of the organisation holds, "
    "or the defaults."
)


def preview(changes: Sequence[str], findings: int, fails: bool) -> str:
    """A pull request brings a configuration that reads well.

    changes: what it changes, a line each. findings: how many this change would have with it. fails: whether the check
    would fail.
    """
    first = "The configuration that this change brings reads well; it holds once it is merged."
    if not changes:
        return f"{first} It changes nothing."
    would = "the check would fail" if fails else "the check would not fail"
    listed = listing("What it changes", [f"- {change}" for change in changes])
    return f"{first} With it, this change would have {count(findings, 'finding')}, and {would}.\n\n{listed}"


def demoted(heuristic: str, dismissed: int, fixed: int, links: Links) -> str:
    """A heuristic that comments no more in this repository, by what people decided on its last findings."""
    decided = f"{dismissed} of its last {dismissed + fixed} decided findings here were dismissed"
    where = links.dashboard(f"heuristics/{heuristic}", "on the dashboard")
    return f"`{heuristic}` is told in the check only: {decided}. An administrator brings it back {where}."


# Small pieces


def _listed(finding: Finding, remark: str, links: Links) -> str:
    return f"{links.place(finding.span)}: {markdown(finding.message)} (`{finding.heuristic}`{remark})"


def problem(one: Problem) -> str:
    """Something that was not understood, with its place."""
    place = f"`{one.path}:{one.line}`: " if one.path else ""
    return f"{place}{markdown(one.message)}"
