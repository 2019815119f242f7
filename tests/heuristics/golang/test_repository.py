"""Modules, packages and files: what belongs together and what is left out."""

from __future__ import annotations

import pytest

from heuristics import BlobMissing, MemorySnapshot
from heuristics.golang.index import Index
from heuristics.golang.model import Act


def index(**files: str) -> Index:
    """Paths with "__" for a slash; an ending "_go" or "_mod" or "_work" for the extension."""
    return Index(MemorySnapshot({_path(name): text.encode() for name, text in files.items()}))


def _path(name: str) -> str:
    stem, _, extension = name.rpartition("_")
    return stem.replace("__", "/") + "." + extension


def called(index: Index, symbol: str) -> list[str]:
    function = next(f for f in index.functions() if f.symbol == symbol)
    calls = (s.call for s in index.flow(function).steps if s.act is Act.CALL and s.call is not None)
    return [call.function.path if call.function else call.known for call in calls]


def test_several_modules_in_one_repository_find_each_other():
    found = index(
        go_mod="module example.com/root\n\ngo 1.21\n",
        tools__go_mod="module example.com/tools/v2\n\ngo 1.25\n",
        go_work="go 1.25\n\nuse (\n\t.\n\t./tools\n)\n",
        a__a_go='package a\n\nimport "example.com/tools/v2/x"\n\nfunc F() { x.G() }\n',
        tools__x__x_go="package x\n\nfunc G() {}\n",
    )
    assert called(found, "F") == ["tools/x/x.go"]
    assert found.go_version("a/a.go") == (1, 21)
    assert found.go_version("tools/x/x.go") == (1, 25)


def test_without_go_mod_packages_stand_alone_and_the_version_is_unknown():
    found = index(
        a__a_go='package a\n\nimport "b"\n\nfunc F() { b.G(); g() }\nfunc g() {}\n',
        b__b_go="package b\n\nfunc G() {}\n",
    )
    assert called(found, "F") == ["b.G", "a/a.go"]
    assert found.go_version("a/a.go") is None


def test_the_module_of_the_importing_file_comes_first():
    found = index(
        a__go_mod="module example.com/same\n",
        a__x__x_go="package x\n\nfunc G() {}\n",
        a__a_go='package a\n\nimport "example.com/same/x"\n\nfunc A() { x.G() }\n',
        b__go_mod="module example.com/same\n",
        b__x__x_go="package x\n\nfunc G() {}\n",
        b__b_go='package b\n\nimport "example.com/same/x"\n\nfunc B() { x.G() }\n',
    )
    assert called(found, "A") == ["a/x/x.go"]
    assert called(found, "B") == ["b/x/x.go"]


def test_a_replace_directive_puts_a_folder_in_the_place_of_a_module():
    found = index(
        go_mod=(
            "module example.com/m\n\nreplace example.com/one v1.2.0 => ./forks/one // ours\n\n"
            "replace (\n\texample.com/two => ./forks/two\n\texample.com/gone => ../gone\n"
            "\texample.com/other => example.com/third v1.0.0\n)\n"
        ),
        forks__one__one_go="package one\n\nfunc F() {}\n",
        forks__two__x__x_go="package x\n\nfunc F() {}\n",
        a_go=(
            'package m\n\nimport (\n\t"example.com/gone"\n\t"example.com/one"\n\t"example.com/two/x"\n)\n\n'
            "func F() { one.F(); x.F(); gone.F() }\n"
        ),
    )
    assert called(found, "F") == ["forks/one/one.go", "forks/two/x/x.go", "example.com/gone.F"]


def test_without_go_mod_the_imports_tell_where_the_repository_lies():
    imports = 'import (\n\t"github.com/who/what/store"\n\t"github.com/who/what/wire"\n\t"github.com/pkg/errors"\n)\n'
    found = index(
        main_go=f"package main\n\n{imports}\nfunc F() {{ store.Open(); wire.Dial(); errors.New() }}\n",
        store__s_go="package store\n\nfunc Open() {}\n",
        wire__w_go="package wire\n\nfunc Dial() {}\n",
        errors__e_go="package errors\n\nfunc New() {}\n",
    )
    assert called(found, "F") == ["store/s.go", "wire/w.go", "github.com/pkg/errors.New"]


def test_a_function_without_a_body_has_results():
    found = index(
        a_go="package a\n\ntype T struct{ n int }\n\nfunc get() *T\n\nfunc F() { g(get().n) }\n\nfunc g(int) {}\n"
    )
    function = next(f for f in found.functions() if f.symbol == "F")
    call = next(s.call for s in found.flow(function).steps if s.call is not None and s.call.name == "g")
    assert call.arguments[0].place.field.key == "./.T.n"
    assert [f.symbol for f in found.functions()] == ["F", "g"]


def test_packages_of_the_standard_library_are_imported_by_their_bare_path():
    found = index(
        go_mod="module std\n\ngo 1.25\n",
        net__n_go='package net\n\nimport "internal/poll"\n\nfunc F() { poll.G() }\n',
        internal__poll__p_go="package poll\n\nfunc G() {}\n",
    )
    assert called(found, "F") == ["internal/poll/p.go"]


def test_what_a_table_knows_of_the_standard_library_it_knows_in_the_library_too():
    found = index(
        go_mod="module std\n\ngo 1.25\n",
        sync__o_go="package sync\n\ntype Once struct{ done bool }\n\nfunc (o *Once) Do(f func()) { f() }\n",
        net__n_go='package net\n\nimport "sync"\n\nvar once sync.Once\n\nfunc F() { once.Do(G) }\n\nfunc G() {}\n',
    )
    function = next(f for f in found.functions() if f.symbol == "F")
    assert [s.call.known for s in found.flow(function).steps if s.call is not None] == ["sync.Once.Do"]


@pytest.mark.parametrize(
    ("module", "version"),
    [
        ("module m\n", (1, 16)),
        ("module m\n\ngo 1.22\n", (1, 22)),
        ("module m\n\ngo 1.23.4\ntoolchain go1.24.0\n", (1, 23)),
    ],
)
def test_the_go_line_says_the_version(module, version):
    assert index(go_mod=module, a_go="package a\n").go_version("a.go") == version


@pytest.mark.parametrize(
    ("module", "line", "version"),
    [
        ("go 1.18", "//go:build go1.22 && linux", (1, 22)),
        ("go 1.25", "//go:build go1.23", (1, 23)),
        ("go 1.25", "//go:build go1.18", (1, 21)),  # no older language is spoken for a single file
        ("go 1.20", "//go:build !go1.22", (1, 20)),
        ("go 1.20", "//go:build go1.23 || windows", (1, 20)),
        ("go 1.20", "//go:build (go1.23 || go1.24) && !windows", (1, 23)),
        ("go 1.25", "// +build go1.9", (1, 25)),
        ("", "//go:build go1.22", (1, 22)),
    ],
)
def test_a_build_line_says_the_version_of_its_file(module, line, version):
    found = index(go_mod=f"module m\n\n{module}\n", a_go=f"{line}\n\npackage a\n", b_go="package a\n")
    assert found.go_version("a.go") == version
    assert found.go_version("b.go") == ((1, int(module[5:])) if module else (1, 16))


def test_files_of_several_platforms_are_all_looked_at():
    found = index(
        go_mod="module m\n",
        a_go="package a\n\nfunc F() { g() }\n",
        g_linux_go="//go:build linux\n\npackage a\n\nfunc g() {}\n",
        g_other_go="//go:build !linux\n\npackage a\n\nfunc g() {}\n",
    )
    assert [f.path for f in found.functions()] == ["a.go", "g_linux.go", "g_other.go"]
    assert called(found, "F") == ["g_linux.go"]


def test_tests_of_another_package_and_a_program_beside_it_are_packages_of_their_own():
    found = index(
        go_mod="module m\n",
        a_go="package a\n\nfunc F() {}\n",
        a2_go="package a\n",
        a_test_go='package a_test\n\nimport "m"\n\nfunc TestF() { a.F() }\n',
        gen_go="//go:build ignore\n\npackage main\n\nfunc F() {}\nfunc main() { F() }\n",
    )
    assert called(found, "TestF") == ["a.go"]
    assert called(found, "main") == ["gen.go"]


def test_generated_vendored_and_hidden_files_are_left_out():
    body = "\n\nfunc F() {}\n"
    found = index(
        a_go=f"// Code generated by x. DO NOT EDIT.\n\npackage a{body}",
        vendor__v__v_go=f"package v{body}",
        testdata__t_go=f"package t{body}",
        _hidden__h_go=f"package h{body}",
        b__b_go=f"package b // Code generated by hand{body}",
    )
    assert [f.path for f in found.functions()] == ["b/b.go"]


def test_a_package_clause_behind_comments_is_found_without_a_parse():
    found = index(a_go="/* package wrong\n*/\n// package wrong\n\n/**/ package right // x\n")
    assert found.package_of("a.go") == "right"


def test_an_absent_blob_is_a_problem_of_its_file():
    class Partial(MemorySnapshot):
        def read(self, blob: str) -> bytes:
            if blob == self.paths()["lost.go"]:
                raise BlobMissing(blob)
            return super().read(blob)

    found = Index(Partial({"lost.go": b"package a\n", "a.go": b"package a\n\nfunc F() {}\n"}))
    assert [f.path for f in found.functions()] == ["a.go"]
    assert [(p.kind, p.path) for p in found.problems] == [("blob", "lost.go")]


def test_a_file_of_twenty_thousand_lines():
    functions = "".join(
        f"func f{i}() {{\n\tm{i}.Lock()\n\tm{i}.Unlock()\n}}\nvar m{i} sync.Mutex\n" for i in range(4000)
    )
    found = index(a_go=f'package a\n\nimport "sync"\n\n{functions}')
    assert sum(len(found.flow(f).steps) for f in found.functions()) == 4000 * 3


@pytest.mark.parametrize(
    "above",
    ["", "// a licence\n", "/*\nfunc of the licence\ntype of it\n*/\n", "/* one */ /* two\n\nvar x = 1 */\n"],
)
def test_imports_are_read_whatever_stands_above_them_and_below(above: str):
    source = above + 'package a\n\nimport "net/http"\n\nimport (\n\tp "x.org/p" // why\n\t_ "embed"\n)\n\nfunc F( {\n'
    found = index(a_go=source)
    assert found.repository.imports_of(found.file("a.go")) == {"http": "net/http", "p": "x.org/p", "_": "embed"}


def test_what_a_file_says_of_its_words_does_not_hang_on_whether_it_was_parsed():
    source = "package a\n\nvar one = 1 // of\n\ntype (\n\tT struct { two, three int }\n)\n\nfunc F(four int) {}\n"
    before, after = index(a_go=source).file("a.go"), index(a_go=source).file("a.go")
    assert after.outline and not before.outlined
    assert (before.words, before.names("function")) == (after.words, after.names("function"))
    assert [before.may_share({name}) for name in ("one", "two", "T", "four")] == [True, True, True, False]


def test_package_variables_are_found_and_names_within_their_values_cost_no_parse():
    source = (
        "package a\n\nvar one, two = 1, 2\n\n"
        "var (\n\t// three\n\tthree = []error{\n\t\tinner.New(1),\n\t}\n\tfour, five int\n)\n"
        "\nvar six = T{\n\tinner: 1,\n}\n\nfunc F() {\n\tvar inner int\n}\n"
    )
    found = index(a_go=source)
    (package,) = found.repository.load("")
    assert package.variable("inner") is None
    assert package.variable("F") is None
    assert not found.file("a.go").outlined
    declared = (package.variable(name) for name in ("one", "two", "three", "four", "five", "six"))
    assert [each[1].name for each in declared if each is not None] == ["one", "two", "three", "four", "five", "six"]


def test_a_span_counts_the_lines_that_end_with_a_line_feed():
    file = index(a_go="package a\r\n\n// x\ry\nfunc F() {}").file("a.go")
    start = file.text.index(b"func")
    span = file.span(start, len(file.text))
    assert (span.line, span.column, span.end_line, span.end_column) == (4, 1, 4, 12)
