"""What a struct's declaration says about which lock guards which field: by comments, by the name of the lock."""

from __future__ import annotations

import re

from heuristics.golang.comments import GUARDED_BY, GUARDS, GUARDS_BELOW
from heuristics.golang.index import Index
from heuristics.golang.model import Field, Named
from heuristics.golang.tree import StructOf

_WORD = re.compile(r"[A-Za-z_][\w.]*")
_LOCK_WORD = re.compile(
    r"^(?:rw)?(?:mu|mx|mtx|mutex|lock)(?=(?-i:[A-Z_]))|_?(?:rw)?_?(?:mu|mx|mtx|mutex|lock|lk)$", re.I
)
_FREE = re.compile(
    rb"\bwithout (?:\w+ ){0,3}(?:lock|mutex)|(?:\bnot?|n't) (?:\w+ ){0,3}(?:lock|synchroni)|lock-?free"
    rb"|\bonly (?:be )?(?:accessed|used|touched|read|written|modified|set) (?:by|from|in|inside|within|on|once)\b",
    re.I,
)
_STEM = 3  # letters that must be equal when a lock is named after the beginning of a field's name


def noted_lock(index: Index, field: Field) -> str:
    """The lock that a comment on the field, or on a lock of the same struct, names for it; "" without one."""
    named = next((argument for kind, argument in field.notes if kind == GUARDED_BY), "")
    if named:
        return named.rpartition(".")[2]
    package, _, name = field.owner.rpartition(".")
    owner = Named(package, name)
    for other in index.types.fields(owner):
        if index.types.is_lock(other.type):
            lists = (argument for kind, argument in other.notes if kind == GUARDS)
            if any(field.name in (part.rpartition(".")[2] for part in _WORD.findall(listed)) for listed in lists):
                return other.name
            if any(kind == GUARDS_BELOW for kind, _ in other.notes) and _below(index, owner, other, field):
                return other.name
    return ""


def needs_no_lock(index: Index, field: Field) -> bool:
    """Whether the comment on a field says that it is accessed without the lock, or by one goroutine only."""
    package, _, name = field.owner.rpartition(".")
    declared = index.types.declaration(Named(package, name))
    if declared is None or not isinstance(struct := declared[1].type, StructOf):
        return False
    text = declared[0].text
    place = next(each for each in struct.fields if each.name == field.name)
    start = line_above = text.rfind(b"\n", 0, place.start) + 1
    while line_above > 0:
        line_above = text.rfind(b"\n", 0, start - 1) + 1
        if not text[line_above:start].lstrip().startswith(b"//"):
            break
        start = line_above
    stop = text.find(b"\n", place.stop)
    comments = b" ".join(line.partition(b"//")[2].strip() for line in text[start:stop].split(b"\n"))
    return _FREE.search(comments) is not None


def _below(index: Index, owner: Named, lock: Field, field: Field) -> bool:
    """Whether a field is declared below a lock, with no empty line between them."""
    declared = index.types.declaration(owner)
    if declared is None or not isinstance(struct := declared[1].type, StructOf):
        return False
    places = {each.name: (each.start, each.stop) for each in struct.fields}
    start, stop = places[lock.name][1], places[field.name][0]
    return start < stop and re.search(rb"\n[ \t]*\r?\n", declared[0].text[start:stop]) is None


def named_after(lock: str, field: str) -> bool:
    """Whether a lock is named after a field."""
    stem = _LOCK_WORD.sub("", lock).strip("_").lower()
    whole = field.strip("_").lower()
    if not stem or len(stem) == len(lock):
        return False
    return stem == whole or (len(stem) >= _STEM and whole.startswith(stem))
