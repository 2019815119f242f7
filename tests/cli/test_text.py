"""The text format, whole, as a person sees it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.cli.formats import load
from heuristics import Anchor, Edit, Fix, MemorySnapshot, Related, Report, Severity, Span, Suppression, Tier

render = load("text")

WHOLE = """\
error[lock-leak-on-return]: this return leaves q.mtx locked
  --> pkg/queue.go:12:48
   |
11 |     q.mtx.Lock()
   |     ------------ q.mtx is locked here
12 |     count, ok := q.items["é🐹"+name]; if !ok { return errNone }
   |                                                ^^^^^^^^^^^^^^
   |
  ::: pkg/loop.go:5:3
   |
 5 |         go q.take("a")
   |         -------------- and the next run waits for ever
   |
   = how it happens:
       pkg/queue.go:11  q.mtx is locked
       pkg/queue.go:12  this path returns without unlocking it
   = because: the other way out of queue.take unlocks q.mtx
   = fix: defer q.mtx.Unlock() right after locking
12 +     defer q.mtx.Unlock()
14 -     q.mtx.Unlock()
   = more: concurrency-check explain lock-leak-on-return; fingerprint 1a2b3c4d

1 finding (1 error), 2 Go files looked at
"""


def test_a_finding_with_everything(example):
    assert render(example.result()) == WHOLE


def test_colours_only_add_to_the_text(example):
    coloured = render(replace(example.result(), colour=True))
    assert "\033[1;31merror[lock-leak-on-return]\033[0m" in coloured
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == WHOLE


def test_nothing_found(example):
    assert render(replace(example.result(), report=Report(files=1))) == "no findings, 1 Go file looked at\n"


def test_several_findings_in_the_order_of_places_and_counted_by_severity(example):
    first = replace(example.finding, span=example.finding.related[0].span, severity=Severity.NOTE, heuristic="other")
    second = replace(example.finding, severity=Severity.WARNING)
    text = render(example.result(example.finding, second, first))
    assert re.findall(r"^\w+\[[\w-]+\]", text, re.M)[0] == "note[other]"
    assert text.endswith("\n3 findings (1 error, 1 warning, 1 note), 2 Go files looked at\n")


def test_a_place_on_the_line_of_the_finding_and_gaps_between_lines(example):
    head = Span("pkg/queue.go", 12, 2, 12, 11, 0, 0)
    top, next_but_one = Span("pkg/queue.go", 1, 1, 1, 8, 0, 7), Span("pkg/queue.go", 14, 2, 14, 16, 0, 0)
    related = (Related(head, "read here"), Related(top, "far"), Related(next_but_one, "near"))
    finding = replace(example.finding, related=related, story=(), evidence=(), fix=None)
    assert render(example.result(finding)).startswith("""\
error[lock-leak-on-return]: this return leaves q.mtx locked
  --> pkg/queue.go:12:48
   |
 1 | package queue
   | ------- far
...
12 |     count, ok := q.items["é🐹"+name]; if !ok { return errNone }
   |                                                ^^^^^^^^^^^^^^
   |     --------- read here
13 |     q.items[name] = count - 1
14 |     q.mtx.Unlock()
   |     -------------- near
   |
""")


def test_a_piece_over_several_lines_is_marked_to_the_end_of_its_first_line(example):
    finding = replace(example.finding, span=Span("pkg/loop.go", 4, 2, 6, 3, 0, 0), related=())
    assert "4 |     for {\n  |     ^^^^^\n" in render(example.result(finding))


def test_the_line_of_the_change_that_brings_it(example):
    anchors = (Anchor("pkg/queue.go", 3, "LEFT"), Anchor("pkg/loop.go", 3, "RIGHT"))
    text = render(example.result(replace(example.finding, anchors=anchors), command="diff"))
    assert " 3 | func loop(q *queue) {\n   | --------------------- this line of the change brings it\n" in text
    own = (Anchor("pkg/loop.go", 3, "RIGHT"), Anchor("pkg/queue.go", 12, "RIGHT"))
    assert "brings it" not in render(example.result(replace(example.finding, anchors=own), command="diff"))


def test_why_it_would_not_be_a_comment(example):
    for tier, said in ((Tier.B, "tier B without its second evidence"), (Tier.C, "tier C: only reported")):
        assert f"= note: {said}" in render(example.result(replace(example.finding, tier=tier, offered=False)))


def test_a_silenced_finding_tells_its_directive(example):
    from bot.cli.formats.text import tell

    finding = replace(example.finding, suppression=Suppression("pkg/queue.go", 11, "known"))
    assert "= silenced: pkg/queue.go:11 known\n" in tell(example.result().sources, finding, colour=False)


def test_nothing_in_a_repository_can_steer_the_terminal(example):
    path, text = "pkg/\033[31m.go", b'x := "\033]0;title\007" // \xff \xe2\x80\xae\rgone\n'
    finding = replace(
        example.finding, span=Span(path, 1, 1, 1, 2, 0, 1), related=(), story=(), fix=None, message="a\nb"
    )
    result = replace(example.result(finding), sources=type(example.result().sources)(MemorySnapshot({path: text})))
    said = render(result)
    assert not set(said) & set("\033\007\r\u202e")
    assert "pkg/\ufffd[31m.go:1:1" in said and "a\ufffdb" in said


def test_a_very_long_line_is_cut_around_the_mark(example):
    text = b"x" * 5000 + b"MARK" + b"y" * 5000
    finding = replace(example.finding, span=Span("a.go", 1, 5001, 1, 5005, 5000, 5004), related=(), story=(), fix=None)
    result = replace(example.result(finding), sources=type(example.result().sources)(MemorySnapshot({"a.go": text})))
    source, mark = render(result).splitlines()[3:5]
    assert len(source) < 170
    assert source[mark.index("^") : mark.rindex("^") + 1] == "MARK"


def test_a_line_that_is_not_there_any_more(example):
    finding = replace(example.finding, span=Span("gone.go", 7, 3, 7, 9, 0, 0), related=(), story=(), fix=None)
    assert "--> gone.go:7:3" in render(example.result(finding))


def test_a_fix_in_another_file_names_it(example):
    fix = Fix("pass a copy", (Edit("pkg/loop.go", 0, 0, "// first\n"), Edit("pkg/queue.go", 0, 7, "PACKAGE")))
    lines = render(example.result(replace(example.finding, fix=fix))).splitlines()
    assert lines[-9:-2] == [
        "   = fix: pass a copy",
        "     ::: pkg/loop.go",
        " 1 + // first",
        "     ::: pkg/queue.go",
        " 1 - package queue",
        " 1 + PACKAGE queue",
        "   = more: concurrency-check explain lock-leak-on-return; fingerprint 1a2b3c4d",
    ]
