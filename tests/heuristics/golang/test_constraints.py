"""Which files are compiled together, and what a name means where build constraints choose between declarations."""

from __future__ import annotations

import pytest

from heuristics import MemorySnapshot
from heuristics.golang.constraints import USUAL, Platform, constraint_of, from_plus_build
from heuristics.golang.index import Index
from heuristics.golang.model import Act


@pytest.mark.parametrize(
    ("name", "line", "usual"),
    [
        ("a.go", "", True),
        ("a_linux.go", "", True),
        ("a_windows.go", "", False),
        ("a_windows_test.go", "", False),
        ("a_arm64.go", "", False),
        ("a_linux_arm64.go", "", False),
        ("linux.go", "", True),  # the first part of a name is none of its tags
        ("windows.go", "", True),
        ("a_windows_helper.go", "", True),
        ("a.go", "linux", True),
        ("a.go", "!linux", False),
        ("a.go", "unix && !darwin", True),
        ("a.go", "windows || (linux && amd64)", True),
        ("a.go", "!(linux || windows)", False),
        ("a.go", "integration", False),
        ("a.go", "!integration && go1.21", True),
        ("a.go", "!cgo", False),
        ("a.go", "gccgo", False),
        ("a_linux.go", "!amd64", False),
        ("a.go", "(linux", True),  # makes no sense: the file is taken
        ("a.go", "&& linux", True),
    ],
)
def test_the_usual_platform_takes_a_file(name, line, usual):
    constraint = constraint_of(name, line)
    assert (constraint is None or constraint.allows(USUAL)) == usual


@pytest.mark.parametrize(
    ("name", "line", "platform"),
    [
        ("a_linux.go", "", USUAL),
        ("a_windows.go", "", Platform(os="windows")),
        ("a.go", "!linux", Platform(os="windows")),
        ("a.go", "darwin && arm64", Platform(os="darwin", arch="arm64")),
        ("a.go", "integration", Platform(on=frozenset({"integration"}))),
        ("a.go", "!cgo", Platform(off=frozenset({"cgo"}))),
        ("a.go", "linux && !linux", USUAL),  # never compiled
    ],
)
def test_a_file_is_read_for_the_nearest_platform_that_takes_it(name, line, platform):
    constraint = constraint_of(name, line)
    assert constraint is not None
    assert constraint.platform() == platform


def test_the_older_spelling():
    line = from_plus_build(["linux,!arm darwin", "cgo"])
    assert line == "((linux && !arm) || (darwin)) && ((cgo))"
    constraint = constraint_of("a.go", line)
    assert constraint is not None
    assert constraint.allows(USUAL)
    assert not constraint.allows(Platform(arch="arm"))


def index(**files: str) -> Index:
    contents = {f"p/{name}.go": f"{text}".encode() for name, text in files.items()}
    return Index(MemorySnapshot({"go.mod": b"module m\n", **contents}))


STORE = """package p

import "sync"

type store struct {{ {fields} }}

var shared {shared}

func open() {result} {{ return nil }}
"""
UNIX = STORE.format(fields="mu sync.Mutex; names map[string]int", shared="[]string", result="*store")
WINDOWS = STORE.format(fields="handle *int", shared="map[string]bool", result="map[int]int")


def types_of(found: Index, symbol: str) -> list[str]:
    function = next(f for f in found.functions() if f.symbol == symbol)
    calls = (s.call for s in found.flow(function).steps if s.act is Act.CALL and s.call is not None)
    keep = next(call for call in calls if call.name == "keep")
    return [type(argument.type).__name__ for argument in keep.arguments]


@pytest.mark.parametrize(
    ("files", "marks"),
    [
        ({"z_linux": UNIX, "a_windows": WINDOWS}, ("", "//go:build windows\n\n")),
        (
            {"z": "//go:build !windows\n\n" + UNIX, "a": "//go:build windows\n\n" + WINDOWS},
            ("", "//go:build windows\n\n"),
        ),
        ({"z": "// +build !windows\n\n" + UNIX, "a": "// +build windows\n\n" + WINDOWS}, ("", "// +build windows\n\n")),
        ({"z": "//go:build !small\n\n" + UNIX, "a": "//go:build small\n\n" + WINDOWS}, ("", "//go:build small\n\n")),
    ],
)
def test_a_name_means_what_is_compiled_together_with_the_file_that_asks(files, marks):
    use = "package p\n\nfunc {name}(s *store) {{ keep(s.names, s.handle, shared, open()) }}\n\nfunc keep(...any) {{}}\n"
    found = index(**files, plain=marks[0] + use.format(name="Plain"), other=marks[1] + use.format(name="Other"))
    assert types_of(found, "Plain") == ["Map", "Unknown", "Slice", "Pointer"]
    assert types_of(found, "Other") == ["Unknown", "Pointer", "Map", "Map"]


def test_a_call_goes_to_the_method_that_is_compiled_with_it():
    found = index(
        a="package p\n\ntype T struct{}\n\nfunc (t *T) Run() { t.start() }\n",
        b_windows="package p\n\nfunc (t *T) start() {}\n\nfunc (t *T) Service() { t.start() }\n",
        c_linux="package p\n\nfunc (t *T) start() {}\n",
    )
    calls = {
        f.symbol: [s.call.function.path for s in found.flow(f).steps if s.call is not None and s.call.function]
        for f in found.functions()
    }
    assert calls["T.Run"] == ["p/c_linux.go"]
    assert calls["T.Service"] == ["p/b_windows.go"]


def test_what_only_another_platform_declares_is_known_all_the_same():
    found = index(
        a="package p\n\nfunc F(w *win) { keep(w.names) }\n\nfunc keep(...any) {}\n",
        b_windows="package p\n\ntype win struct { names map[string]int }\n",
    )
    assert types_of(found, "F") == ["Map"]
