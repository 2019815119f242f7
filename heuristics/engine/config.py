"""The repository's configuration file: what may stand in it; every mistake is an error with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from heuristics.engine.heuristic import catalogue
from heuristics.golang.frozen import frozen

CONFIG_NAME = ".concurrency-check.yml"
MODES = ("review", "check-only", "on-demand")
SEVERITIES = ("note", "warning", "error")
COMMENTS_MAX = 30

# What people write for "off" bare, YAML reads as false: the parser sees the text, the published schema the boolean.
OFF = frozenset({"off", "false", "no"})


class ConfigError(Exception):
    """The configuration cannot be used; str() is "path:line: message", line is 1-based."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


@frozen()
class Config:
    """How a repository wants to be reviewed; the defaults are those of a repository without a file.

    mode: "review", "check-only" or "on-demand". heuristics: name -> "off", "note", "warning" or "error". paths_ignore:
    patterns with the meaning of a .gitignore at the root (`*` and `?` stay within a folder, `**` crosses folders, a
    pattern without a slash matches at any depth, one that matches a folder covers what is below, `!` takes back, the
    last match wins). comments_max: inline comments a review, 0 to 30. fail_on: "", "note", "warning" or "error".
    stated: the keys that the file holds a value for ("mode", "comments.max", …); the others have their defaults.
    """

    mode: str = "review"
    heuristics: Mapping[str, str] = field(default_factory=dict)
    paths_ignore: tuple[str, ...] = ()
    comments_max: int = COMMENTS_MAX
    fail_on: str = ""
    stated: frozenset[str] = field(default=frozenset(), compare=False)

    @classmethod
    def parse(cls, text: bytes, path: str) -> Config:
        """Read a file's bytes; path is what messages name. Raises ConfigError for the first mistake."""
        # Imported here because most repositories have no such file, and start-up is part of the speed.
        from heuristics.engine.nodes import Reader, compose

        root = compose(text, path)
        if root is None:
            return cls()
        reader = Reader(path)
        sections = dict(reader.entries(root, "the file", ("mode", "heuristics", "paths-ignore", "comments", "check")))
        values: dict[str, Any] = {}
        stated: set[str] = set()
        if node := sections.get("mode"):
            stated.add("mode")
            values["mode"] = reader.choice(node, "mode", MODES)
        if node := sections.get("heuristics"):
            values["heuristics"] = reader.levels(node, [heuristic.name for heuristic in catalogue()])
        if node := sections.get("paths-ignore"):
            stated.add("paths-ignore")
            values["paths_ignore"] = reader.patterns(node)
        if node := sections.get("comments"):
            for _, number in reader.entries(node, "comments", ("max",)):
                stated.add("comments.max")
                values["comments_max"] = reader.number(number, "comments.max", COMMENTS_MAX)
        if node := sections.get("check"):
            for _, level in reader.entries(node, "check", ("fail-on",)):
                stated.add("check.fail-on")
                values["fail_on"] = reader.choice(level, "check.fail-on", SEVERITIES)
        return cls(**values, stated=frozenset(stated))

    def ignores(self) -> Callable[[str], bool]:
        """A test for paths (slashes, relative to the root): does paths-ignore cover this one?"""
        if not self.paths_ignore:
            return lambda path: False
        # Imported here because most repositories ignore nothing, and start-up is part of the speed.
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.paths_ignore).match_file


def schema() -> dict[str, Any]:
    """The JSON Schema of the file; docs/schemas/config-v1.json is this, and a test holds the two together.

    Heuristics are not listed by name in it: a schema once fetched by an editor must not refuse a heuristic of tomorrow.
    """
    level = {"enum": ["off", False, *SEVERITIES]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"concurrency-check: {CONFIG_NAME}",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "mode": {
                "description": "When to look: at every push, without comments, or only when asked.",
                "enum": list(MODES),
            },
            "heuristics": {
                "description": "Level of single heuristics, by name; off leaves one out.",
                "type": "object",
                "propertyNames": {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
                "additionalProperties": level,
            },
            "paths-ignore": {
                "description": "Patterns, as in a .gitignore at the root, of files whose findings are left out.",
                "type": "array",
                "items": {"type": "string", "minLength": 1},
            },
            "comments": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "max": {
                        "description": "How many inline comments a review may have.",
                        "type": "integer",
                        "minimum": 0,
                        "maximum": COMMENTS_MAX,
                    }
                },
            },
            "check": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "fail-on": {"description": "The check fails from this level on.", "enum": list(SEVERITIES)}
                },
            },
        },
    }
