"""Which paths of a tree a snapshot lists: the one place of the rule that leaves folders and files out."""

from __future__ import annotations

from heuristics import CONFIG_NAME

# Where GitHub looks for the owners of paths, in this order.
OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_LEFT_OUT = frozenset({"vendor", "testdata"})
_MODULE_FILES = frozenset({"go.mod", "go.work"})


def wanted_folder(name: str) -> bool:
    """False for the folders below the root that are never entered: vendor, testdata, `_`- and `.`-folders.

    name: one component of a path. What Go itself does not build is nobody's bug here; vendored code is somebody else's.
    """
    return name not in _LEFT_OUT and not name.startswith(("_", "."))


def wanted_file(name: str) -> bool:
    """True for the files that the engine can make something of, by their last component: Go source and module files.

    Go leaves out source files that begin with `_` or `.`, and so does this.
    """
    return name in _MODULE_FILES or (name.endswith(".go") and not name.startswith(("_", ".")))


def wanted(path: str) -> bool:
    """True when a snapshot lists this slash path relative to its root; the configuration file is one of them."""
    if path == CONFIG_NAME:
        return True
    *folders, name = path.split("/")
    return wanted_file(name) and all(map(wanted_folder, folders))
