"""The repository's configuration file: what may stand in it; every mistake is an error with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from heuristics.engine.heuristic import catalogue

CONFIG_NAME = ".concurrency-check.yml"
MODES = ("review", "check-only", "on-demand")
SEVERITIES = ("note", "warning", "error")
COMMENTS_MAX = 30
# Far more than anybody writes; a file as large as the parser is slow comes from somebody who means no good.
MAX_BYTES = 64 * 1024

# What people write for "off" bare, YAML reads as false: the parser sees the text, the published schema the boolean.
OFF = frozenset({"off", "false", "no"})


class ConfigError(Exception):
    """The configuration cannot be used; str() is "path:line: message", line is 1-based."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
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
        root = _compose(text, path)
        if root is None:
            return cls()
        reader = _Reader(path)
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


def _compose(text: bytes, path: str) -> yaml.Node | None:
    """The node tree of the only document; None for an empty file. Nodes, not values: they know their lines."""
    if len(text) > MAX_BYTES:
        raise ConfigError(path, 1, f"larger than {MAX_BYTES} bytes")
    try:
        return yaml.compose(text.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ConfigError(path, text.count(b"\n", 0, error.start) + 1, "the file is not UTF-8") from None
    except yaml.reader.ReaderError as error:
        line = text.decode("utf-8-sig").count("\n", 0, error.position) + 1
        raise ConfigError(path, line, f"a character that YAML does not allow: {chr(error.character)!r}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}") from None
    except RecursionError:
        raise ConfigError(path, 1, "not YAML that can be read: nested too deeply") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes single values out of nodes, or says where and why that is not possible."""

    path: str

    def fail(self, node: yaml.Node, message: str) -> ConfigError:
        return ConfigError(self.path, node.start_mark.line + 1, message)

    def entries(self, node: yaml.Node, what: str, known: Collection[str]) -> Iterator[tuple[str, yaml.Node]]:
        """The entries of a mapping; an empty value (`comments:` alone) is none. Unknown and repeated keys fail."""
        if _is_null(node):
            return
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, f"{what} must be a mapping of keys to values")
        seen = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise self.fail(key, f"unknown key {name!r} in {what}{hint}")
            if name in seen:
                raise self.fail(key, f"{name} stands twice in {what}")
            seen.add(name)
            yield name, value

    def choice(self, node: yaml.Node, what: str, choices: Collection[str]) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.value not in choices:
            raise self.fail(node, f"{what} must be one of {', '.join(choices)}")
        return str(node.value)

    def levels(self, node: yaml.Node, names: Collection[str]) -> dict[str, str]:
        return {name: self.level(value, name) for name, value in self.entries(node, "heuristics", names)}

    def level(self, node: yaml.Node, name: str) -> str:
        if isinstance(node, yaml.ScalarNode) and node.value.lower() in OFF:
            return "off"
        return self.choice(node, name, ("off", *SEVERITIES))

    def number(self, node: yaml.Node, what: str, most: int) -> int:
        plain = isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:int"
        if not plain or not re.fullmatch("[0-9]{1,4}", node.value) or int(node.value) > most:
            raise self.fail(node, f"{what} must be a whole number from 0 to {most}")
        return int(node.value)

    def patterns(self, node: yaml.Node) -> tuple[str, ...]:
        if _is_null(node):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.fail(node, "paths-ignore must be a list of patterns")
        return tuple(self.pattern(item) for item in node.value)

    def pattern(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str" or not node.value:
            raise self.fail(node, "paths-ignore must be a list of patterns (texts)")
        try:
            Config(paths_ignore=(node.value,)).ignores()
        except ValueError as error:
            raise self.fail(node, f"not a pattern: {node.value!r}") from error
        return str(node.value)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
