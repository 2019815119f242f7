"""The nodes of the configuration file: YAML that knows its lines, and single values taken out of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator

import yaml

from heuristics.engine.config import OFF, SEVERITIES, Config, ConfigError
from heuristics.golang.frozen import frozen

# Far more than anybody writes; a file as large as the parser is slow comes from somebody who means no good.
MAX_BYTES = 64 * 1024


def compose(text: bytes, path: str) -> yaml.Node | None:
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


@frozen()
class Reader:
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
