"""The github format: workflow commands as the runner reads them."""

from __future__ import annotations

from dataclasses import replace

from bot.cli.formats import load
from heuristics import Anchor, Report, Severity, Span

render = load("github")


def test_a_finding_is_one_line_with_its_second_places(example):
    assert render(example.result()) == (
        "::error file=pkg/queue.go,line=12,endLine=12,col=48,endColumn=62,title=lock-leak-on-return::"
        "this return leaves q.mtx locked%0Aq.mtx is locked here (pkg/queue.go:11)%0A"
        "and the next run waits for ever (pkg/loop.go:5)\n"
    )


def test_severities_have_the_names_of_the_runner(example):
    levels = [render(example.result(replace(example.finding, severity=severity))).split()[0] for severity in Severity]
    assert levels == ["::notice", "::warning", "::error"]


def test_text_cannot_break_out_of_its_line_or_property(example):
    odd = Span("a,b:c%.go", 1, 1, 2, 2, 0, 1)
    finding = replace(example.finding, span=odd, related=(), message="100%\r\n::error::x")
    assert render(example.result(finding)) == (
        "::error file=a%2Cb%3Ac%25.go,line=1,endLine=2,title=lock-leak-on-return::100%25%0D%0A::error::x\n"
    )


def test_in_a_diff_it_hangs_on_the_line_of_the_change(example):
    finding = replace(example.finding, anchors=(Anchor("pkg/loop.go", 5, "RIGHT"),), related=())
    assert render(example.result(finding, command="diff")) == (
        "::error file=pkg/loop.go,line=5,title=lock-leak-on-return::this return leaves q.mtx locked%0Apkg/queue.go:12\n"
    )


def test_nothing_found_says_nothing(example):
    assert render(replace(example.result(), report=Report())) == ""
