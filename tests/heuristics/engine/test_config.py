"""The configuration file: everything that may stand in it, and every mistake with its line."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from heuristics import CONFIG_NAME, Config, ConfigError
from heuristics.engine.config import schema

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "config-v1.json"


def parse(text: str | bytes) -> Config:
    return Config.parse(text if isinstance(text, bytes) else text.encode(), CONFIG_NAME)


def test_everything_that_may_stand_in_it() -> None:
    text = """\
# how we want it
mode: check-only
heuristics:
  lock-leak-on-return: off
  new-lock-shared-state: note
paths-ignore:
  - "third_party/"
  - "**/*_mock.go"
comments: {max: 5}
check:
  fail-on: error
"""
    assert parse(text) == Config(
        mode="check-only",
        heuristics={"lock-leak-on-return": "off", "new-lock-shared-state": "note"},
        paths_ignore=("third_party/", "**/*_mock.go"),
        comments_max=5,
        fail_on="error",
    )


def test_it_tells_what_the_file_states() -> None:
    assert parse("mode: review\ncomments: {max: 30}\n").stated == {"mode", "comments.max"}
    assert parse("check: {fail-on: note}\npaths-ignore: []\n").stated == {"check.fail-on", "paths-ignore"}
    assert parse("comments:\nheuristics: {lock-leak-on-return: off}\n").stated == frozenset()


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "---\n", "heuristics:\ncomments:\ncheck:\npaths-ignore:\n", "~"]
)
def test_nothing_means_the_defaults(text: str) -> None:
    assert parse(text) == Config()
    assert Config() == Config("review", {}, (), 30, "")


@pytest.mark.parametrize("off", ["off", "Off", "OFF", "'off'", "false", "no"])
def test_off_has_several_spellings(off: str) -> None:
    assert parse(f"heuristics:\n  lock-leak-on-return: {off}\n").heuristics == {"lock-leak-on-return": "off"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mode: review\nmoed: x\n", "2: unknown key 'moed' in the file; did you mean mode?"),
        ("\n\nmode: loud\n", "3: mode must be one of review, check-only, on-demand"),
        ("mode: [review]\n", "1: mode must be one of review, check-only, on-demand"),
        ("mode: review\nmode: review\n", "2: mode stands twice in the file"),
        ("- review\n", "1: the file must be a mapping of keys to values"),
        ("comments:\n  max: 31\n", "2: comments.max must be a whole number from 0 to 30"),
        ("comments:\n  max: true\n", "2: comments.max must be a whole number from 0 to 30"),
        ("comments:\n  max: '3'\n", "2: comments.max must be a whole number from 0 to 30"),
        ("comments:\n  max: -1\n", "2: comments.max must be a whole number from 0 to 30"),
        ("comments:\n  least: 1\n", "2: unknown key 'least' in comments"),
        ("check: error\n", "1: check must be a mapping of keys to values"),
        ("check:\n\n  fail-on: off\n", "3: check.fail-on must be one of note, warning, error"),
        (
            "heuristics:\n  lock-leak-on-retrun: off\n",
            "2: unknown key 'lock-leak-on-retrun' in heuristics; did you mean lock-leak-on-return?",
        ),
        (
            "heuristics:\n  lock-leak-on-return: quiet\n",
            "2: lock-leak-on-return must be one of off, note, warning, error",
        ),
        ("paths-ignore: vendor\n", "1: paths-ignore must be a list of patterns"),
        ("paths-ignore:\n  - a\n  - 1\n", "3: paths-ignore must be a list of patterns (texts)"),
        ("paths-ignore:\n  - '!'\n", "2: not a pattern: '!'"),
        ("? [a]\n: b\n", "1: unknown key '' in the file"),
        ("mode: review\n  x: y\n", "2: not YAML: mapping values are not allowed here"),
        ("mode: review\n---\nmode: review\n", "2: not YAML: but found another document"),
        ("mode: *x\n", "1: not YAML: found undefined alias 'x'"),
        (b"mode: review\n\xff\n", "2: the file is not UTF-8"),
        (b"mode: review\n\n\x07\n", "3: a character that YAML does not allow: '\\x07'"),
        ("[" * 1000, "1: not YAML that can be read: nested too deeply"),
        ("# long\n" * 10_000, "1: larger than 65536 bytes"),
    ],
)
def test_every_mistake_has_its_line(text: str | bytes, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert str(caught.value) == f"{CONFIG_NAME}:{said}"
    assert f"{caught.value.path}:{caught.value.line}: {caught.value.message}" == str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "covered", "spared"),
    [
        ("gen", ("gen/a.go", "x/gen/a.go", "gen"), ("gen2/a.go",)),
        ("gen/", ("gen/a.go", "x/gen/a.go"), ("gen", "x/gen")),
        ("/gen", ("gen/a.go",), ("x/gen/a.go",)),
        ("x/*.go", ("x/a.go",), ("x/y/a.go", "y/x/a.go")),
        ("x/**/a.go", ("x/a.go", "x/y/z/a.go"), ("a.go",)),
        ("*_mock.go", ("a_mock.go", "x/b_mock.go"), ("a_mock.go.txt",)),
    ],
)
def test_paths_ignore_reads_as_a_gitignore_at_the_root(pattern: str, covered: tuple[str], spared: tuple[str]) -> None:
    ignores = parse(f"paths-ignore: ['{pattern}']\n").ignores()
    assert all(map(ignores, covered)) and not any(map(ignores, spared))


def test_a_later_pattern_takes_back_an_earlier_one() -> None:
    ignores = parse("paths-ignore: ['*.go', '!keep.go']\n").ignores()
    assert ignores("a.go") and not ignores("x/keep.go")


def test_it_can_be_handed_to_another_process() -> None:
    given = parse("heuristics:\n  lock-leak-on-return: off\n")
    assert pickle.loads(pickle.dumps(given)) == given


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text()) == schema()
    Draft202012Validator.check_schema(schema())


VALUES = st.sampled_from(
    ["review", "error", "off", False, True, 0, 30, 31, -1, "a/b", "", [], ["x"], [1], None, {"max": 3}]
)
SECTIONS = {"heuristics": "lock-leak-on-return", "comments": "max", "check": "fail-on"}
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("mode", "paths-ignore", "other"), VALUES),
        **{name: VALUES | VALUES.map(lambda value, key=key: {key: value}) for name, key in SECTIONS.items()},
    },
)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_configuration_or_a_mistake_with_its_line(text: bytes) -> None:
    try:
        parse(text)
    except ConfigError as error:
        assert error.line >= 1
        assert str(error).startswith(f"{CONFIG_NAME}:{error.line}: ")


KEYS = ("mode", "heuristics", "comments", "check", "paths-ignore", "&a", "*a", "<<", "!!x", "? :")


@given(st.sampled_from(KEYS), st.text())
def test_any_value_of_a_key_is_one_or_a_mistake(key: str, value: str) -> None:
    try:
        parse(f"{key}: {value}")
    except ConfigError as error:
        assert error.line >= 1


@given(DOCUMENTS)
def test_the_schema_and_the_parser_agree(document: dict[str, object]) -> None:
    valid = Draft202012Validator(schema()).is_valid(document)
    try:
        Config.parse(yaml.safe_dump(document).encode(), CONFIG_NAME)
        parsed = True
    except ConfigError:
        parsed = False
    emptied = any(value is None for value in document.values())
    assert parsed == valid or (parsed and emptied)
