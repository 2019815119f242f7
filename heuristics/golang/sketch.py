"""What a file may declare, read off its bytes: asked before a file is parsed for one declaration."""

from __future__ import annotations

import re
from functools import cached_property

from heuristics.golang.words import words

# gofmt puts declarations at the start of a line and the members of a group behind one tab. In a file that nobody
# formatted a declaration can be missed; then what it declares is unknown, which silences.
_FUNCTION = re.compile(rb"\nfunc (?:\(([^)\n]*)\) ?)?(\w+)")
_TYPE = re.compile(rb"\ntype (\w+|\()")
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

    def may_declare(self, kind: str, name: str) -> bool:
        """Whether a function (or method), type, alias or package variable of this name may be declared."""
        word = name.encode()
        if kind == "function":
            return name in self.functions
        if kind == "alias":
            return word in self._aliases
        if kind == "type":
            return word in self._types or (b"(" in self._types and b"\n\t" + word in self._text)
        return name in self.variables

    @cached_property
    def declared(self) -> frozenset[str]:
        """Words that stand where declarations of types and package variables have names, those of fields among them."""
        names = (name for each in _DECLARATION.findall(self._text) for name in _NAMES.findall(each))
        return words(b" ".join(names))

    def has(self, kind: str) -> bool:
        """Whether any type or package variable may be declared."""
        return bool(self._types if kind == "type" else self.variables)

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
    def _types(self) -> frozenset[bytes]:
        return frozenset(_TYPE.findall(self._text))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of package variables, those at the beginning of other lines in a group of them too."""
        names = _VARIABLE.findall(self._text)
        if b"(" in names:
            names += (name for each in _VARIABLES.findall(self._text) for name in _MEMBER.findall(each))
        return words(b" ".join(names))

    @cached_property
    def _aliases(self) -> frozenset[bytes]:
        return frozenset(_ALIAS.findall(self._text))
