"""What a finding's identity depends on, and what it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heuristics import Report, Span
from heuristics.engine.fingerprint import statement

FUNCTIONS = {
    "one": "func one() {\n\tx.leak()\n\ty.leak()\n}\n",
    "two": "func (t *T) two() {\n\tif ok {\n\t\tx.leak()\n\t\treturn x.leak()\n\t}\n}\n",
    "three": "func three() { x.leak(); y.leak() }\n",
    "none": "func none() {\n\treturn\n}\n",
}
HEADER = "package p\n\n"


def prints(report: Report) -> Counter[str]:
    return Counter(finding.fingerprint for finding in report.introduced)


def source(names: list[str]) -> str:
    return HEADER + "\n".join(FUNCTIONS[name] for name in names)


@given(data=st.data())
def test_blank_lines_and_comments_change_no_fingerprint(run: Callable[..., Report], data: st.DataObject) -> None:
    plain = source(list(FUNCTIONS))
    lines = plain.splitlines()
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(1, len(lines)))
        lines.insert(at, data.draw(st.sampled_from(["", "\t", "// a remark", "\t/* x.y */"])))
    spread = run({"a/a.go": "\n".join(lines)}, everything=True)
    assert prints(spread) == prints(run({"a/a.go": plain}, everything=True))


@given(order=st.permutations(list(FUNCTIONS)), split=st.integers(0, len(FUNCTIONS)))
def test_moving_functions_about_in_a_package_changes_no_fingerprint(
    run: Callable[..., Report], order: list[str], split: int
) -> None:
    moved = {"a/b.go": source(order[:split]), "a/c.go": source(order[split:])}
    assert prints(run(moved)) == prints(run({"a/a.go": source(list(FUNCTIONS))}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("package p", "package q"),
        ("func one", "func won"),
        ("(t *T) two", "(t *U) two"),
        ("\tx.leak()\n\ty", "\tz.leak()\n\ty"),
        ("\tx.leak()\n\ty", "\tv := x.leak()\n\ty"),
    ],
)
def test_package_function_variable_and_statement_are_part_of_it(run: Callable[..., Report], old: str, new: str) -> None:
    plain = source(list(FUNCTIONS))
    assert plain.count(old) == 1
    assert prints(run({"a.go": plain.replace(old, new)})) != prints(run({"a.go": plain}))


def test_the_folder_is_part_of_it_and_the_file_is_not(run: Callable[..., Report]) -> None:
    text = source(["one"])
    assert prints(run({"a/a.go": text})) == prints(run({"a/b.go": text}))
    assert not prints(run({"a/a.go": text})) & prints(run({"b/a.go": text}))


def test_it_is_64_hexadecimal_digits_and_no_two_are_the_same(run: Callable[..., Report]) -> None:
    found = prints(
        run({"a.go": source(list(FUNCTIONS)), "b_linux.go": source(["one"]), "b_windows.go": source(["one"])})
    )
    assert set(found.values()) == {1}
    assert all(len(one) == 64 and int(one, 16) for one in found)


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        (b"\tx := f( a,  b ) // why", b"x:=f(a,b)"),
        (b'\tf("// no comment", `/* nor this */`, \'"\') /* but this */', b'f("//nocomment",`/*northis*/`,\'"\')'),
        (b"\tgo func() {", b"gofunc(){"),
        (b"\tx()\r", b"x()"),
        (b"\tx(\xff)", b"x(\xff)"),
    ],
)
def test_a_statement_is_its_first_line_without_spaces_and_comments(line: bytes, bare: bytes) -> None:
    text = b"package p\n" + line + b"\nmore()\n"
    assert statement(text, Span("a.go", 2, 2, 3, 3, 11, len(text))) == bare
    assert statement(text.rstrip(b"\n"), Span("a.go", 2, 2, 3, 3, 11, len(text))) == bare
