"""Build constraints: which platform a file is compiled for, and which files are compiled together with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations

from heuristics.golang.frozen import frozen

# fmt: off
_OSES = frozenset({
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
})
_ARCHES = frozenset({
    "386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le",
    "mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc",
    "sparc64", "wasm",
})
# fmt: on
_UNIX = _OSES - {"js", "nacl", "plan9", "wasip1", "windows", "zos"}
# A build for the first of each pair also takes the files for the second.
_IMPLIED = {"android": "linux", "ios": "darwin", "illumos": "solaris"}
_COMPILERS = frozenset({"gc"})
_BUILD = re.compile(rb"^//go:build (.*?)\r?$", re.M)
_PLUS_BUILD = re.compile(rb"^//\s*\+build (.*?)\r?$", re.M)
_TOKEN = re.compile(r"&&|\|\||[!()]|[\w.]+")
_GO_VERSION = re.compile(r"go1(\.\d+)?$")
_OLDEST = 21  # of Go 1: the first release that takes a file's language from its build line
_MOST_TAGS = 4  # a file that wants more tags than this is taken to want none of them


@frozen()
class Platform:
    """What a build is for. on, off: tags that are set although they are not by default, and the other way round."""

    os: str = "linux"
    arch: str = "amd64"
    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def has(self, tag: str) -> bool:
        """Whether a build for this platform sets a tag."""
        if tag in self.on or tag in self.off:
            return tag in self.on
        if tag in _OSES or tag in _ARCHES:
            return tag in (self.os, self.arch, _IMPLIED.get(self.os))
        return (tag == "unix" and self.os in _UNIX) or _usual(tag)


USUAL = Platform()


def _usual(tag: str) -> bool:
    """Whether a tag that names no platform is set when nobody asks for it."""
    return tag == "cgo" or tag in _COMPILERS or _GO_VERSION.match(tag) is not None


@frozen()
class Constraint:
    """What a file asks of the platform: the tags of its name, and its build line in postfix order."""

    named: tuple[str, ...]
    postfix: tuple[str, ...]

    def allows(self, platform: Platform) -> bool:
        """Whether a build for the platform compiles the file."""
        return all(map(platform.has, self.named)) and _evaluate(self.postfix, platform.has)

    def platform(self) -> Platform:
        """The platform nearest to the usual one that compiles the file; the usual one when there is none."""
        return next(filter(self.allows, self._candidates()), USUAL)

    def _candidates(self) -> Iterator[Platform]:
        tags = {*self.named, *self.postfix} - {"!", "&&", "||"}
        others = sorted(tags - _OSES - _ARCHES - {"unix"})[:_MOST_TAGS]
        for number in range(len(others) + 1):
            for turned in combinations(others, number):
                on, off = frozenset(t for t in turned if not _usual(t)), frozenset(t for t in turned if _usual(t))
                for os in ("linux", *sorted(tags & _OSES), "windows", "darwin", "freebsd"):
                    for arch in ("amd64", *sorted(tags & _ARCHES), "arm64", "386"):
                        yield Platform(os, arch, on, off)


@lru_cache(maxsize=4096)
def constraint_of(name: str, line: str) -> Constraint | None:
    """The constraint of a file with this name and build line; None for a file that is always compiled."""
    named, postfix = _named(name), _postfix(line)
    return Constraint(named, postfix) if named or postfix else None


def _named(name: str) -> tuple[str, ...]:
    """`x_GOOS.go`, `x_GOARCH.go` and `x_GOOS_GOARCH.go` are for these; the first part is never one."""
    parts = name.removesuffix(".go").removesuffix("_test").split("_")[1:]
    if len(parts) > 1 and parts[-1] in _ARCHES and parts[-2] in _OSES:
        return parts[-2], parts[-1]
    return (parts[-1],) if parts and parts[-1] in _OSES | _ARCHES else ()


_BINDS = {"||": 1, "&&": 2, "!": 3}


@lru_cache(maxsize=1024)
def _postfix(line: str) -> tuple[str, ...]:
    """A build line with its operators behind their operands; empty for one that makes no sense."""
    out: list[str] = []
    waiting: list[str] = []
    for token in _TOKEN.findall(line):
        if token == ")":
            while waiting and waiting[-1] != "(":
                out.append(waiting.pop())
            if not waiting:
                return ()
            waiting.pop()
        elif token in ("(", "!"):
            waiting.append(token)
        elif token in _BINDS:
            while waiting and waiting[-1] != "(" and _BINDS[waiting[-1]] >= _BINDS[token]:
                out.append(waiting.pop())
            waiting.append(token)
        else:
            out.append(token)
    out += reversed(waiting)
    return tuple(out) if _sound(out) else ()


def _sound(postfix: list[str]) -> bool:
    """Whether every operator has its operands, and one value comes out."""
    depth = 0
    for token in postfix:
        depth += -1 if token in ("&&", "||") else 0 if token == "!" else 1
        if depth < 1 or token == "(":
            return False
    return depth == 1


def _evaluate(postfix: tuple[str, ...], has: Callable[[str], bool]) -> bool:
    values: list[bool] = []
    for token in postfix:
        if token == "!":
            values.append(not values.pop())
        elif token in ("&&", "||"):
            right, left = values.pop(), values.pop()
            values.append(left and right if token == "&&" else left or right)
        else:
            values.append(has(token))
    return values[-1] if values else True


def language_of(line: str) -> int:
    """The Go 1 release whose language a build line asks for at least, 0 when it asks for none.

    Of an alternative the lower counts, of several conditions the highest; `!go1.N` asks for none. Files with such a
    line are never read as older than Go 1.21, the first release that obeys it.
    """
    stack: list[int] = []
    for token in _postfix(line):
        if token == "!":
            stack[-1] = 0
        elif token in _BINDS:
            right, left = stack.pop(), stack.pop()
            stack.append(max(left, right) if token == "&&" else min(left, right))
        else:
            tag = _GO_VERSION.match(token)
            stack.append(int((tag.group(1) or ".0")[1:]) if tag is not None else 0)
    return max(stack[-1], _OLDEST) if stack and stack[-1] else 0


def build_line(text: bytes, clause: int) -> str:
    """The build expression above the package clause; the older spelling counts where the newer is absent."""
    if text.find(b"build ", 0, clause) < 0:
        return ""
    line = _BUILD.search(text, 0, clause)
    if line is not None:
        return line.group(1).decode("utf-8", "replace")
    return from_plus_build([old.decode("utf-8", "replace") for old in _PLUS_BUILD.findall(text, 0, clause)])


def from_plus_build(lines: list[str]) -> str:
    """`// +build` lines, as they were written before Go 1.17, as one build expression: spaces mean or, commas and."""
    options = (" || ".join(f"({option.replace(',', ' && ')})" for option in line.split()) for line in lines)
    return " && ".join(f"({option})" for option in options if option)
