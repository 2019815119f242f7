"""The modules of a snapshot: which folder an import path means where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from posixpath import normpath

from heuristics.golang.frozen import frozen
from heuristics.golang.known import KNOWN_PACKAGES

_MODULE = re.compile(rb"^\s*module\s+\"?([^\s\"]+)", re.M)
_GO_LINE = re.compile(rb"^\s*go\s+(\d+)\.(\d+)", re.M)
_REPLACE = re.compile(
    rb"^\s*(?:replace\s+)?\"?([^\s\"]+)\"?(?:\s+v\S+)?\s+=>\s+\"?(\.\.?(?:/[^\s\"]*)?)\"?\s*(?://.*)?$", re.M
)
_IMPORT = re.compile(rb'"((?:[\w.~-]+/)+[\w.~-]+)"')
# Enough files to see where a repository without a go.mod lies, and enough of its folders to be sure.
_SAMPLE = 300
_ENOUGH = 12
_FEWEST = 2


@frozen()
class Module:
    """A folder and the import path that it stands for. version: Go's, None when nothing tells it.

    replaced: by a replace directive, so that it is no module of its own.
    """

    path: str
    folder: str
    version: tuple[int, int] | None
    replaced: bool = False

    @classmethod
    def read(cls, folder: str, text: bytes) -> Iterator[Module]:
        """The module of a go.mod, and the folders that it puts in the place of others; no go line means Go 1.16."""
        name = _MODULE.search(text)
        if name is None:
            return
        line = _GO_LINE.search(text)
        version = (int(line.group(1)), int(line.group(2))) if line else (1, 16)
        yield cls(name.group(1).decode("utf-8", "replace"), folder, version)
        for path, target in _REPLACE.findall(text):
            inside = normpath(f"{folder}/{target.decode('utf-8', 'replace')}".lstrip("/"))
            if not inside.startswith(".."):
                yield cls(path.decode("utf-8", "replace"), inside.removeprefix("."), version, replaced=True)

    def holds(self, folder: str) -> bool:
        """Whether a folder lies in the module's."""
        return not self.folder or folder == self.folder or folder.startswith(self.folder + "/")

    def target(self, import_path: str) -> str | None:
        """The folder that an import path means if this module has it. The standard library's own needs no prefix, and
        what is known of it from a table is known in itself, too."""
        if self.path == "std":
            if import_path in KNOWN_PACKAGES:
                return None
            rest = import_path
        elif import_path == self.path:
            rest = ""
        elif import_path.startswith(self.path + "/"):
            rest = import_path[len(self.path) + 1 :]
        else:
            return None
        return "/".join(part for part in (self.folder, rest) if part)


class Modules:
    """Answers by import path and asking folder. folders: those that hold Go files. texts: the bytes of all Go files."""

    def __init__(
        self, found: tuple[Module, ...], folders: frozenset[str], texts: Callable[[], Iterator[bytes]]
    ) -> None:
        self._own = tuple(sorted((m for m in found if not m.replaced), key=lambda m: -len(m.folder)))
        self._replaced = tuple(m for m in found if m.replaced)
        self._folders = folders
        self._texts = texts
        self._homes: dict[str, Module | None] = {}
        self._located: dict[tuple[str, Module | None], str | None] = {}

    def home(self, folder: str) -> Module | None:
        """The module that a folder belongs to."""
        if folder not in self._homes:
            self._homes[folder] = next((module for module in self._own if module.holds(folder)), None)
        return self._homes[folder]

    def locate(self, import_path: str, folder: str) -> str | None:
        """The folder of a package that is imported in a folder; None for one outside the repository."""
        key = import_path, self.home(folder)
        if key not in self._located:
            self._located[key] = self._search(*key)
        return self._located[key]

    def _search(self, import_path: str, home: Module | None) -> str | None:
        """The importing file's own module comes first, among others the longest path."""
        known = (*self._own, *self._replaced) if self._own else self._guessed
        best: tuple[bool, int, str] | None = None
        for module in known:
            target = module.target(import_path)
            if target is None or target not in self._folders:
                continue
            rank = module == home, len(module.path), target
            if best is None or rank[:2] > best[:2]:
                best = rank
        return best[2] if best is not None else None

    @cached_property
    def _guessed(self) -> tuple[Module, ...]:
        """Where a repository without any go.mod lies: the prefix under which most of its folders are imported."""
        votes: defaultdict[str, set[str]] = defaultdict(set)
        for text in islice(self._texts(), _SAMPLE):
            for found in set(_IMPORT.findall(text)):
                parts = found.decode("ascii", "replace").split("/")
                if "." not in parts[0]:
                    continue
                for cut in range(2, len(parts)):
                    if (folder := "/".join(parts[cut:])) in self._folders:
                        votes["/".join(parts[:cut])].add(folder)
            if any(len(folders) >= _ENOUGH for folders in votes.values()):
                break
        first, second = (*sorted(votes, key=lambda prefix: -len(votes[prefix])), "", "")[:2]
        if len(votes[first]) < _FEWEST or len(votes[first]) == len(votes[second]):
            return ()
        return (Module(first, "", None),)
