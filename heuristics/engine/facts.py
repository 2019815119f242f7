"""The cache of facts during one run: head, base and what fixes would make of them share most of their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from heuristics.golang.snapshot import FactsCache


@dataclass(frozen=True, slots=True)
class RunCache:
    """Keeps facts in memory, in front of the caller's cache. keeping: whether new ones are handed on to that."""

    below: FactsCache | None
    keeping: bool = True
    _known: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        found = {key: self._known[key] for key in keys if key in self._known}
        missing = [key for key in keys if key not in found]
        if missing and self.below is not None:
            found.update(self.below.get(missing))
            self._known.update(found)
        return found

    def put(self, facts: Mapping[str, bytes]) -> None:
        self._known.update(facts)
        if self.keeping and self.below is not None:
            self.below.put(facts)
