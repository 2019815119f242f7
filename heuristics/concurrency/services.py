"""Types whose methods a server calls once per request: those handed to a generated Register…Server function."""

from __future__ import annotations

import re

from heuristics.golang.index import Index
from heuristics.golang.model import Act, Named, pointee

# At the beginning of a word, said behind it: a pattern that begins with its text is found fast.
_REGISTERS = re.compile(rb"Register(?<!\wRegister)\w+Server\(")
_NAME = re.compile(r"^Register\w+Server$")
MAX_FILES = 40  # more files than this register stubs for tests and examples


def registered_services(index: Index, _: str = "") -> frozenset[str]:
    """Keys of the types of this repository whose values are registered as services; ask by `index.once`."""
    files = [
        file
        for file in index.repository.files.values()
        if not file.test and _REGISTERS.search(file.text) and not file.generated
    ]
    found: set[str] = set()
    for file in files if len(files) <= MAX_FILES else ():
        for function in index.graph.in_file(file):
            if not _REGISTERS.search(file.text, function.spec.name_start + len(function.name), function.spec.stop):
                continue
            for step in index.flow(function).steps:
                if step.act is Act.CALL and step.call is not None and _NAME.match(step.call.name):
                    types = (pointee(argument.type) for argument in step.call.arguments[1:])
                    found.update(type_.key for type_ in types if isinstance(type_, Named))
    return frozenset(found)
