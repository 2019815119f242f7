"""The format for people: every finding told like a compiler's error, with the places that explain it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.cli.formats.fix_diff import fix_diff
from bot.cli.formats.snippet import Mark, excerpt, mark
from bot.cli.result import Result, anchor_in_head
from bot.cli.source_text import Sources, shown, width
from heuristics import Finding, Related, Severity, Tier

_COLOURS = {"error": "1;31", "warning": "1;33", "note": "1;36", "bold": "1", "frame": "34", "^": "1;31", "-": "1;34",
            "removed": "31", "added": "32", "dim": "2"}  # fmt: skip

_QUIET = {
    Tier.A: "would not be a comment on a pull request",
    Tier.B: "tier B without its second evidence: not a comment on a pull request",
    Tier.C: "tier C: only reported, never a comment on a pull request",
}


def render(result: Result) -> str:
    """Every finding with an empty line after it, then one line that sums up."""
    parts = [tell(result.sources, finding, colour=result.colour) for finding in result.findings]
    return "\n".join([*parts, _summary(result)]) + "\n"


def tell(sources: Sources, finding: Finding, *, colour: bool) -> str:
    """One finding: title line, excerpts of its places, story, evidence, fix; ends with a line end."""
    return "".join(line.rstrip() + "\n" for line in _lines(sources, finding, _Paint(colour)))


class _Paint:
    """Puts terminal colours around text, or leaves it plain."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, kind: str, text: str) -> str:
        return f"\033[{_COLOURS[kind]}m{text}\033[0m" if self._colour and kind in _COLOURS else text


def _lines(sources: Sources, finding: Finding, paint: _Paint) -> Iterator[str]:
    level = finding.severity.value
    yield paint(level, f"{level}[{finding.heuristic}]") + paint("bold", f": {shown(finding.message)}")
    files = _marks(sources, finding)
    gutter = max(len(str(each.line)) for marks in files.values() for each in marks)
    bar, blank = paint("frame", "|"), " " * gutter
    for path, marks in files.items():
        arrow = "-->" if path == finding.span.path else ":::"
        place = f"{finding.span.line}:{finding.span.column}" if arrow == "-->" else f"{marks[0].line}:{marks[0].start}"
        yield f"{blank}{paint('frame', arrow)} {shown(path)}:{place}"
        yield f"{blank} {bar}"
        for number, kind, text in excerpt(sources, path, marks, gutter):
            if kind == "gap":
                yield paint("frame", text)
            else:
                yield f"{paint('frame', number) if number else blank} {bar} {paint(kind, text)}"
        yield f"{blank} {bar}"
    yield from _reasons(sources, finding, paint, blank)


def _marks(sources: Sources, finding: Finding) -> dict[str, list[Mark]]:
    """The places to show, by file, the finding's own file first."""
    places: dict[str, list[Mark]] = {finding.span.path: [mark(sources, finding.span, "^", "")]}
    for related in finding.related:
        places.setdefault(related.span.path, []).append(mark(sources, related.span, "-", related.message))
    anchor = anchor_in_head(finding)
    if anchor and not any(each.line == anchor.line for each in places.get(anchor.path, ())):
        line = sources.line(anchor.path, anchor.line)
        start = len(line) - len(line.lstrip()) + 1
        brought = Mark(anchor.line, start, len(line.rstrip()) + 1, "-", "this line of the change brings it")
        places.setdefault(anchor.path, []).append(brought)
    return places


def _reasons(sources: Sources, finding: Finding, paint: _Paint, blank: str) -> Iterator[str]:
    lead = f"{blank} {paint('frame', '=')} "
    if finding.story:
        yield f"{lead}{paint('bold', 'how it happens:')}"
        yield from (f"{blank}     {step}" for step in _steps(finding.story))
    for fact in finding.evidence:
        yield f"{lead}{paint('bold', 'because:')} {shown(fact)}"
    if finding.fix:
        yield f"{lead}{paint('bold', 'fix:')} {shown(finding.fix.title)}"
        yield from _fix(sources, finding, paint, blank)
    if not finding.offered:
        yield f"{lead}{paint('bold', 'note:')} {_QUIET[finding.tier]}"
    if finding.suppression:
        silenced = finding.suppression
        yield f"{lead}{paint('bold', 'silenced:')} {shown(silenced.path)}:{silenced.line} {shown(silenced.reason)}"
    page = f"concurrency-check explain {finding.heuristic}"
    yield f"{lead}{paint('bold', 'more:')} {page}; fingerprint {finding.fingerprint[:8]}"


def _steps(story: tuple[Related, ...]) -> Iterator[str]:
    """The steps in a column beside their places, so that they read as one sentence."""
    places = [f"{shown(step.span.path)}:{step.span.line}" for step in story]
    column = max(map(width, places))
    for place, step in zip(places, story, strict=True):
        yield f"{place}{' ' * (column - width(place))}  {shown(step.message)}"


def _fix(sources: Sources, finding: Finding, paint: _Paint, blank: str) -> Iterator[str]:
    """The lines that the fix takes away and puts in, with the file's name where it is another one."""
    assert finding.fix
    path = finding.span.path
    for file, number, sign, text in fix_diff(sources, finding.fix):
        if file != path:
            path = file
            yield f"{blank}   {paint('frame', ':::')} {shown(path)}"
        row = f"{str(number).rjust(len(blank))} {sign} {shown(text)}"
        yield paint("removed" if sign == "-" else "added", row)


def _summary(result: Result) -> str:
    findings, files = result.findings, result.report.files
    looked = f"{files} Go file{'' if files == 1 else 's'} looked at"
    if not findings:
        return f"no findings, {looked}"
    counts = Counter(finding.severity for finding in findings)
    parts = [
        f"{counts[severity]} {severity.value}{'' if counts[severity] == 1 else 's'}"
        for severity in sorted(Severity, key=lambda severity: -severity.rank)
        if counts[severity]
    ]
    return f"{len(findings)} finding{'' if len(findings) == 1 else 's'} ({', '.join(parts)}), {looked}"
