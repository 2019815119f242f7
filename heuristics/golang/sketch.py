"""What a file may declare, read off its bytes: asked before a file is parsed for one declaration."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property

from heuristics.golang.words import words

# gofmt puts declarations at the start of a line and the members of a group behind one tab. In a file that nobody
# formatted a declaration can be missed; then what it declares is unknown, which silences.
_FUNCTION = re.compile(rb"\nfunc (?:\(([^)\n]*)\) ?)?(\w+)")
_TYPE = re.compile(rb"\ntype (\w+|\()")
_GROUPED = re.compile(rb"\n\t(\w+)")
_VARIABLE = re.compile(rb"\nvar (\w+(?:, \w+)*|\()")
_VARIABLES = re.compile(rb"\nvar \(.*?\n\)", re.S)
_MEMBER = re.compile(rb"\n(?:\t| +)(\w+(?:, *\w+)*)")
_DECLARATION = re.compile(rb"\n(?:type|var) (?:\(|[^\n]*\{[^\n]*\n).*?\n[)}]|\n(?:type|var) [^\n]*", re.S)
# In a declaration: what begins a line or follows a brace or semicolon, with those behind commas.
_NAMES = re.compile(rb"[\n{;][ \t]*(?:(?:type|var)[ \t]+)?\*?((?:\w+\.)?\w+(?:,[ \t]*\w+)*)")
_ALIAS = re.compile(rb"\n(?:type |\t)(\w+)(?:\[[^\]\n]*\])?\s*= ")


class Sketch:
    """Answers that are never a wrong no for a formatted file."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def names(self, kind: str) -> Collection[str]:
        """The names of functions (or methods), types, aliases or package variables that may be declared."""
        if kind == "function":
            return self.functions.keys()
        if kind == "type":
            return self.types
        return self.aliases if kind == "alias" else self.variables

    @cached_property
    def declared(self) -> frozenset[str]:
        """Words that stand where declarations of types and package variables have names, those of fields among them."""
        names = (name for each in _DECLARATION.findall(self._text) for name in _NAMES.findall(each))
        return words(b" ".join(names))

    @cached_property
    def functions(self) -> dict[str, frozenset[str]]:
        """The names of functions and methods, each with the words of the receivers; "" for a function."""
        found: dict[str, frozenset[str]] = {}
        for receiver, name in set(_FUNCTION.findall(self._text)):
            known = found.get(name.decode(), frozenset())
            found[name.decode()] = known | (words(receiver) if receiver else {""})
        return found

    @cached_property
    def receivers(self) -> frozenset[str]:
        """The words of all receivers, among them their types."""
        return frozenset().union(*self.functions.values())

    @cached_property
    def types(self) -> frozenset[str]:
        """The names of types, what begins other lines behind a tab too if there is a group of them."""
        names = _TYPE.findall(self._text)
        if b"(" in names:
            names += _GROUPED.findall(self._text)
        return words(b" ".join(names))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of package variables, those at the beginning of other lines in a group of them too."""
        names = _VARIABLE.findall(self._text)
        if b"(" in names:
            names += (name for each in _VARIABLES.findall(self._text) for name in _MEMBER.findall(each))
        return words(b" ".join(names))

    @cached_property
    def aliases(self) -> frozenset[str]:
        """The names of types that are other names of types."""
        return words(b" ".join(_ALIAS.findall(self._text)))
