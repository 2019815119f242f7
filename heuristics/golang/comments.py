"""What comments say about concurrency: "guarded by mu", "caller must hold", "safe for concurrent use"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heuristics.golang.syntax import Node

GUARDED_BY, GUARDS, GUARDS_BELOW, HOLDS = "guarded-by", "guards", "guards-below", "holds"
CONCURRENT, SINGLE, READ_ONLY = "concurrent", "single", "read-only"

_BREAK = r"\b(?:when|while|from|against|during|if|before|after|so|because|which|that|in case|with|for)\b"
_CLAUSE = rf"(?:(?!\s*{_BREAK})(?:[^.;:()]|\.(?=\w)))+"
# A lock is named as one identifier or a chain of them; words that merely follow are told apart by _NOT_A_LOCK.
# Of each kind: words of which a comment must have one, in small letters, and the pattern; most comments have none.
_PATTERNS = (
    (
        GUARDED_BY,
        ("guarded by", "protected by"),
        r"\b(?:guarded|protected) by[:\s]+(?:the\s+)?[`']?([A-Za-z_][\w.]*)",
    ),
    # "protects the fields below", "guards everything that follows"
    (
        GUARDS_BELOW,
        ("protect", "guard"),
        r"\b(?:protect|guard)(?:s|ing)?\b[^.;]*?\b(?:below|following|follows|underneath)\b()",
    ),
    # "mu protects a, b and c", "guards the read and write counters": the argument is the clause as written.
    (GUARDS, ("protect", "guard"), rf"\b(?:protect|guard)(?:s|ing)?:?\s+({_CLAUSE})"),
    (
        HOLDS,
        ("called with", "hold", "have", "own"),
        r"\b(?:must|should|needs? to) (?:be called with|hold|have|own)\s+(?:the\s+)?[`']?([A-Za-z_][\w.]*)",
    ),
    (
        HOLDS,
        ("be held", "be locked"),
        r"[`']?\b([A-Za-z_][\w.]*)[`']? (?:must|should|has to|needs to|is expected to) be (?:held|locked)",
    ),
    (
        HOLDS,
        ("held", "locked"),
        r"\b(?:with|while|assumes|requires|holding)\s+(?:the\s+)?[`']?([A-Za-z_][\w.]*)[`']?\s+(?:\w+\s+)?(?:held|locked)",
    ),
    (
        HOLDS,
        ("caller",),
        r"\b(?:caller|callers)\b[^.]*\b(?:holds?|holding|lock(?:ed|s)?)\s*(?:the\s+)?[`']?([A-Za-z_][\w.]*)?",
    ),
    (
        HOLDS,
        ("lock",),
        r"\b(lock)\b[^.]{0,30}\b(?:held|taken|acquired) (?:on entry|by (?:the )?caller)",
    ),
    (
        HOLDS,
        ("lock", "mutex"),
        r"\bcalls? to \w+ (?:must|should) be (?:guarded|protected|made) (?:with|by|under) (?:a|the|its) (lock|mutex)\b",
    ),
    (
        SINGLE,
        ("safe",),
        r"\b(?:not|isn't|never) (?:be )?(?:safe for concurrent|(?:thread|goroutine|concurrency)[- ]?safe)()",
    ),
    (
        SINGLE,
        ("not be",),
        r"\b(?:must|may|should|can) ?not be (?:called|used) concurrently()\b",
    ),
    (
        SINGLE,
        ("safe",),
        r"(?:\bnot|n't|\bno) need to be (?:thread|goroutine|concurrency)[- ]?safe()\b",
    ),
    # Tests call it, one at a time.
    (SINGLE, ("test",), r"\bonly (?:be )?(?:used )?(?:for|in|by) (?:unit )?test(?:s|ing)?()\b"),
    (SINGLE, ("test",), r"\b(?:for|in|by) (?:unit )?test(?:s|ing)? (?:purposes? )?only()\b"),
    (
        SINGLE,
        ("synchroni", "no concurrent"),
        r"\b(?:externally synchroni[sz]ed|no concurrent (?:calls|callers|use))()\b",
    ),
    # "must not be called until the header is written", "may only be called before Start": callers keep a phase.
    (
        SINGLE,
        ("be called", "be used"),
        r"\b(?:must|should|may|can) (?:not|only) be (?:called|used) (?:until|before|after|from|by|once)()\b",
    ),
    # "runs before the loop starts, so no locks need to be acquired", "needs no locking"
    (
        SINGLE,
        ("lock",),
        r"\b(?:no (?:locks?|locking|mutex(?:es)?) (?:need|is needed|are needed|is required|is necessary|has to)"
        r"|(?:needs?|requires?) no lock(?:s|ing)?"
        r"|(?:not|n't) (?:need|require)(?: the| any| a)? lock(?:s|ing)?)()\b",
    ),
    # "must be called from the event loop": one goroutine at a time, whoever that is.
    (
        SINGLE,
        ("be called",),
        (
            r"\b(?:must|should|may) (?:only )?be called (?:within|in|from|on|by) [^.]*?"
            r"\b(?:callback|goroutine|loop)()\b"
        ),
    ),
    (
        SINGLE,
        ("only",),
        r"\b(?:called|run|executed|used) only (?:within|in|from|on|by) [^.]*?(?:callback|goroutine|loop)()\b",
    ),
    (
        CONCURRENT,
        ("safe",),
        r"\b(?:is|are|be) (?:safe (?:for|to (?:use|call)) concurrent|(?:goroutine|thread)[- ]?safe)()",
    ),
    (
        READ_ONLY,
        ("read", "immutable", "never"),
        r"\b(?:read[- ]?only|immutable|never (?:changes|modified|written) after)()",
    ),
)
# A comment without any of these says nothing; to look for each is several times faster than for one of them.
_MARKERS = tuple(b"guard protect hold held lock safe synchroni concurren immutable never must should only".split())


def notes_of(source: bytes, node: Node, previous: Node | None) -> tuple[tuple[str, str], ...]:
    """The notes in the comment block right above a declaration, and in the comment behind it on its last line.

    Each note is (kind, argument); argument is the lock's name as written, or "".
    """
    texts: list[bytes] = []
    row = node.start_point[0]
    above = previous
    while above is not None and above.type == "comment" and above.end_point[0] == row - 1:
        if (
            (before := above.prev_named_sibling) is not None
            and before.type != "comment"
            and before.end_point[0] == above.start_point[0]
        ):
            break  # a comment behind the declaration above belongs to that one
        texts.append(source[above.start_byte : above.end_byte])
        row, above = above.start_point[0], before
    behind = node.next_named_sibling
    if behind is not None and behind.type == "comment" and behind.start_point[0] == node.end_point[0]:
        texts.insert(0, source[behind.start_byte : behind.end_byte])
    if not texts:
        return ()
    small = b" ".join(texts).lower()
    if not any(map(small.__contains__, _MARKERS)):
        return ()
    return parse_notes(" ".join(_plain(part) for part in reversed(texts)))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """To compile them all costs more than to start the rest of the program; most runs need few."""
    return re.compile(pattern, re.I)


def _plain(comment: bytes) -> str:
    stripped = comment.decode("utf-8", "replace").removeprefix("//").removeprefix("/*").removesuffix("*/")
    return " ".join(stripped.split())


def parse_notes(comment: str) -> tuple[tuple[str, str], ...]:
    """The notes of one comment text."""
    found: dict[tuple[str, str], None] = {}
    small = comment.lower()
    for kind, needs, pattern in _PATTERNS:
        for match in _compiled(pattern).finditer(comment) if any(map(small.__contains__, needs)) else ():
            found[kind, (match.group(1) or "").rstrip(".")] = None
    kinds = {kind for kind, _ in found}
    if SINGLE in kinds:
        found = {note: None for note in found if note[0] != CONCURRENT}
    return tuple(found)
