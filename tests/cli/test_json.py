"""The json format against its published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from bot.cli.formats import load
from heuristics import Anchor, Fix, Problem, Report

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/report-v1.json").read_text())


def closed(schema: Any) -> Any:
    """The schema without room for keys that it does not describe."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if "properties" in schema and "type" in schema else {}
    return {key: closed(value) for key, value in schema.items()} | more


def checked(result):
    document = json.loads(load("json")(result))
    Draft202012Validator(closed(SCHEMA)).validate(document)
    return document


def test_the_schema_itself_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_a_finding_with_everything_is_as_the_schema_says(example):
    anchors = (Anchor("pkg/loop.go", 5, "RIGHT"), Anchor("pkg/queue.go", 2, "LEFT"))
    document = checked(example.result(replace(example.finding, anchors=anchors), command="diff"))
    (finding,) = document["findings"]
    assert document["command"] == "diff" and document["files"] == 2
    assert finding["span"] == {
        "path": "pkg/queue.go", "line": 12, "column": 48, "end_line": 12, "end_column": 62,
        "start": finding["span"]["start"], "stop": finding["span"]["start"] + 14,
    }  # fmt: skip
    assert next(place["message"] for place in finding["related"]) == "q.mtx is locked here"
    assert finding["fix"]["edits"][0]["text"] == "\n\tdefer q.mtx.Unlock()"
    assert finding["fingerprint"] == "1a2b3c4d" * 8


def test_a_remedy_in_words_alone(example):
    document = checked(example.result(replace(example.finding, fix=Fix("lock it", ()))))
    assert document["findings"][0]["fix"] == {"title": "lock it", "edits": []}


def test_problems_and_an_empty_report(example):
    problems = (Problem("parse", "a.go", 3, "skipped func f"), Problem("heuristic", "", 0, "left out"))
    document = checked(replace(example.result(), report=Report(problems=problems)))
    assert document["findings"] == [] and [each["kind"] for each in document["problems"]] == ["parse", "heuristic"]


def test_a_path_of_any_bytes_survives(example):
    path = b"caf\xe9 \n.go".decode("utf-8", "surrogateescape")
    finding = replace(example.finding, span=replace(example.finding.span, path=path))
    text = load("json")(example.result(finding))
    assert text.isascii() and json.loads(text)["findings"][0]["span"]["path"] == path
