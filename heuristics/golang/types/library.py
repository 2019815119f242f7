"""The declarations of library.py as packages, each parsed when the first question about it comes."""

from __future__ import annotations

from inspect import cleandoc

from heuristics.golang.facts import Outlines
from heuristics.golang.file import File
from heuristics.golang.library import DECLARATIONS
from heuristics.golang.model import Function
from heuristics.golang.repository import Package
from heuristics.golang.snapshot import MemorySnapshot, blob_id

_OUTLINES = Outlines()  # the tables never change: one parse serves every index of a process


class Library:
    """Answers by import path and by `import/path.Name` or `import/path.Type.Name`."""

    def __init__(self) -> None:
        self._packages: dict[str, Package | None] = {}
        self._functions: dict[str, Function | None] = {}

    def package(self, key: str) -> Package | None:
        """What is known of a package outside the repository, None for most."""
        if key not in self._packages:
            declarations = DECLARATIONS.get(key)
            self._packages[key] = _package(key, declarations) if declarations is not None else None
        return self._packages[key]

    def function(self, name: str) -> Function | None:
        """The function or method of this name."""
        if name not in self._functions:
            self._functions[name] = self._search(name)
        return self._functions[name]

    def _search(self, name: str) -> Function | None:
        folder, slash, last = name.rpartition("/")
        package_name, _, symbol = last.partition(".")
        package = self.package(f"{folder}{slash}{package_name}")
        if package is None:
            return None
        receiver, _, function = symbol.rpartition(".")
        return package.method(receiver, function)


def _package(key: str, declarations: str) -> Package:
    name = key.rpartition("/")[2]
    text = f"package {name}\n\n{cleandoc(declarations)}\n".encode()
    blob = blob_id(text)
    path = f"{key}/{name}.go"
    return Package(key, key, name, (File(path, blob, MemorySnapshot({path: text}), _OUTLINES),))
