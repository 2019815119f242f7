"""The identity of a finding across commits: no line number, SHA or file name in it, so edits elsewhere keep it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from posixpath import dirname

from heuristics.engine.finding import Found, Tier
from heuristics.engine.heuristic import Heuristic
from heuristics.golang.frozen import frozen
from heuristics.golang.model import Span

# Texts come first: what looks like a comment inside a string is none.
TEXT_OR_COMMENT = re.compile(
    rb"""(?P<text> "(?:\\.|[^"\\\n])*" | `[^`]*` | '(?:\\.|[^'\\\n])*' ) | (?P<comment> //[^\n]* | /\*.*?\*/ )""",
    re.VERBOSE | re.DOTALL,
)


@frozen()
class Site:
    """One place that a heuristic found, with what its identity is made of.

    package: the name in the package clause. statement: first line of the flagged code without spaces and comments.
    tier, offered: of this place, after the heuristic's own default. fingerprint: 64 hexadecimal digits.
    """

    heuristic: Heuristic
    found: Found
    package: str
    statement: bytes
    tier: Tier
    offered: bool
    fingerprint: str = ""

    @property
    def path(self) -> str:
        return self.found.span.path

    @property
    def folder(self) -> str:
        return dirname(self.found.span.path)

    @property
    def place(self) -> tuple[str, int, int]:
        """Order within a snapshot."""
        return (self.found.span.path, self.found.span.start, self.found.span.stop)

    @property
    def equals(self) -> tuple[str, str, str, str, str, bytes]:
        """Everything of the identity but the ordinal among equals."""
        return (
            self.heuristic.name,
            self.folder,
            self.package,
            self.found.symbol,
            self.found.variable,
            self.statement,
        )

    @property
    def theme(self) -> tuple[str, str, bytes]:
        """What stays when a function is renamed or moved."""
        return (self.heuristic.name, self.found.variable, self.statement)


def statement(text: bytes, span: Span) -> bytes:
    """The first line of the span in the bytes of its file, without white space and comments.

    One line and not all of them: the rest of a flagged `go func() {…}()` may change without making it another finding.
    """
    start = text.rfind(b"\n", 0, span.start) + 1
    end = text.find(b"\n", span.start)
    line = text[start : end if end >= 0 else len(text)]
    bare = TEXT_OR_COMMENT.sub(lambda match: match["text"] or b"", line)
    return b"".join(bare.split())


def fingerprint(site: Site, ordinal: int) -> str:
    """Digest of the identity; ordinal counts equals in source order, from 0."""
    name, folder, package, symbol, variable, code = site.equals
    # A path need not be UTF-8.
    parts = [part.encode(errors="surrogateescape") for part in (name, folder, package, symbol, variable)]
    # Each part carries its length: no two different lists of parts make the same bytes.
    whole = b"".join(b"%d:%b" % (len(part), part) for part in (*parts, code, str(ordinal).encode()))
    return sha256(whole).hexdigest()


def number_equals(sites: Iterable[Site]) -> tuple[tuple[Site, int], ...]:
    """The sites of one snapshot in source order, each with its ordinal among equals."""
    seen: Counter[tuple[str, str, str, str, str, bytes]] = Counter()
    numbered = []
    for site in sorted(sites, key=lambda site: (site.place, site.equals)):
        numbered.append((site, seen[site.equals]))
        seen[site.equals] += 1
    return tuple(numbered)
