"""Tests: the objects of package testing, what ends a test, and subtests that run in parallel."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heuristics.concurrency.launches import Launch, captures, code_of, may_hand_over, starts_in
from heuristics.concurrency.locks import functions_with
from heuristics.golang import known
from heuristics.golang.frozen import frozen
from heuristics.golang.index import Index
from heuristics.golang.model import Act, Call, Flow, Function, Scope, Step, Var
from heuristics.golang.words import has_word

_PARALLEL = b".Parallel()"
_ASSIGNMENT = re.compile(rb"(?<![:=!<>])(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=)|\+\+|--")
# What stands before one on its line, where it is no more than names.
_NAMES = re.compile(rb"\s*(?:\} else )?(?:(?:if|for|switch|case|var|const) )?([\w, \t]*)")
_CHANGING = re.compile(
    r"\b(?:delete|clear)\(|\.(?:{})\(".format(
        "|".join(sorted({name.rpartition(".")[2] for name in (*known.MUTATORS, *known.HEAPS)}))
    ).encode()
)
_ENDS = re.compile(r"\.(?:{})\(".format("|".join(sorted(known.NO_RETURN_TEST_METHODS))).encode())
# What stands behind the name of a test's object, and of a literal; these begin with plain text, which is found fast.
_TYPES = re.compile(rb"\.(?:TB?|B|F)\b")
_NAMED = re.compile(rb"= func\(")
# One that is not a test of its own, whose object would be another one.
_LITERAL = re.compile(rb"func\((?!\w+ \*?\w+\.(?:TB?|B|F)\))")
_WORD = re.compile(rb"\w+")
_ARGUMENT = re.compile(rb"[(,]([\w\s]+)(?=[,)])")
_INDENT = re.compile(rb"[ \t]*")
_HELPERS = 3  # calls between a goroutine and the helper that ends the test
_TESTS = ("Test", "Benchmark", "Fuzz")


def testing_functions(index: Index, *words: bytes) -> Iterator[Function]:
    """The functions in focus that have one of these words in their text, of files that know package testing."""
    for function in functions_with(index, *words, tests=True):
        if index.once(_knows_testing, function.path):
            yield function


def functions_with_subtests(index: Index) -> Iterator[Function]:
    """The functions in focus that may start parallel subtests, by their text."""
    for function in testing_functions(index, _PARALLEL):
        text, spec = index.text(function.path), function.spec
        if _parallel_subtest(text, spec.start, spec.stop) >= 0:
            yield function


def _parallel_subtest(text: bytes, start: int, stop: int) -> int:
    """Where the first subtest may become parallel: a call of Parallel behind a Run; -1 for nowhere."""
    run = text.find(b"Run", start, stop)
    return text.find(_PARALLEL, run, stop) if run >= 0 else -1


def may_change_outer(index: Index, function: Function) -> bool:
    """Whether a subtest that runs in parallel may change what was there before, by the text; most change nothing.

    What a name stands for text does not tell where a field, an element or the object of a method is changed. Elements
    of slices are taken to be each subtest's own.
    """
    text = index.text(function.path)[function.spec.start : function.spec.stop]
    since = _parallel_subtest(text, 0, len(text))
    if _CHANGING.search(text, since):
        return True
    for change in _ASSIGNMENT.finditer(text, since):
        start = max(text.rfind(before, 0, change.start()) for before in (b"\n", b";", b"{")) + 1
        names = _NAMES.fullmatch(text, start, change.start())
        parallel = text.rfind(_PARALLEL, 0, change.start())
        if names is None or any(has_word(text, name, 0, parallel) for name in re.findall(rb"\w+", names[1])):
            return True
    return False


def _knows_testing(index: Index, path: str) -> bool:
    return index.text(path).find(b'"testing"') >= 0


def is_test(index: Index, var: Var | None) -> bool:
    """Whether a variable is a `*testing.T` or the like."""
    return var is not None and index.types.known_name(var.type) in known.TEST_TYPES


def methods_of_tests(index: Index, steps: tuple[Step, ...], names: frozenset[str]) -> Iterator[tuple[Step, Var, Call]]:
    """The calls of methods with these names on a variable for a test."""
    for step in steps:
        call = step.call
        if step.act is not Act.CALL or call is None or call.name not in names or call.receiver is None:
            continue
        place = call.receiver.place
        if place is not None and place.root is not None and not place.path and is_test(index, place.root):
            yield step, place.root, call


# --- what ends a test


@frozen()
class Ending:
    """A call that ends the test whose object is `test`. through: the helper that does it, None for the call itself."""

    step: Step
    test: Var
    call: Call
    through: Function | None = None


def may_end_elsewhere(index: Index, function: Function) -> bool:
    """Whether a goroutine that a function starts may end a test, by the text; most have nothing to do with the test.

    It calls one of the methods that do so, hands the test's object to somebody, or calls a literal that has a name.
    """
    text, spec = index.text(function.path), function.spec
    objects = index.once(_objects, function.path)
    named = frozenset(_names_before(_NAMED, text, spec.start, spec.stop))

    def may_end(at: int) -> bool:
        stop = _statement_end(text, at, spec.stop)
        # Where the lines of a string are not indented, the end is none.
        if text.count(b"`", at, stop) % 2 or _ENDS.search(text, at, stop):
            return True
        if not named.isdisjoint(_WORD.findall(text, at, stop)):
            return True
        return not objects.isdisjoint(argument.strip() for argument in _ARGUMENT.findall(text, at, stop))

    if any(map(may_end, starts_in(index, function))):
        return True
    handed = (literal.start() for literal in _LITERAL.finditer(text, spec.name_start, spec.stop))
    return any(map(may_end, handed)) and may_hand_over(index, function)


def _objects(index: Index, path: str) -> frozenset[bytes]:
    """What the objects of tests may be called in a file, which other words may be among."""
    text = index.text(path)
    return frozenset(_names_before(_TYPES, text, 0, len(text)))


def _names_before(pattern: re.Pattern[bytes], text: bytes, start: int, stop: int) -> Iterator[bytes]:
    """The words that stand before each match on its line, from the last parenthesis on."""
    for match in pattern.finditer(text, start, stop):
        since = max(text.rfind(before, start, match.start()) for before in (b"\n", b"("))
        yield from _WORD.findall(text, max(since, start), match.start())


def _statement_end(text: bytes, at: int, stop: int) -> int:
    """Where a statement ends, as gofmt lays it out: before a line that is indented no further and closes nothing."""
    indent = _INDENT.match(text, text.rfind(b"\n", 0, at) + 1)
    assert indent is not None
    end = re.compile(rb"\n(?!%b[ \t)}]|[ \t]*(?:\w+:)?\n)" % indent[0]).search(text, at, stop)
    return end.start() if end else stop


def endings(index: Index, flow: Flow, launch: Launch) -> Iterator[Ending]:
    """The calls by which launched code ends the test of its launcher."""
    code = code_of(flow, launch) or (launch.step,)
    for ending in _endings(index, code, launch.call if launch.body < 0 else None, _HELPERS):
        if captures(flow, launch, ending.test):
            yield ending


def _endings(index: Index, steps: tuple[Step, ...], launched: Call | None, depth: int) -> Iterator[Ending]:
    for step, test, call in methods_of_tests(index, steps, known.NO_RETURN_TEST_METHODS):
        yield Ending(step, test, call)
    for step in steps:
        handed = launched if launched is not None else step.call if step.act is Act.CALL else None
        if handed is None:
            continue
        for position, value in enumerate(handed.arguments):
            root = value.place.root if value.place is not None and not value.place.path else None
            if root is None or not is_test(index, root):
                continue
            if position == 0 and handed.known.startswith(known.FATAL_ASSERTIONS) and not handed.known.endswith(".New"):
                yield Ending(step, root, handed)
            elif handed.function is not None and depth and index.once(_ends, (handed.function, position, depth - 1)):
                yield Ending(step, root, handed, handed.function)


def _ends(index: Index, about: tuple[Function, int, int]) -> bool:
    """Whether a function may end the test that it is given at a position."""
    function, position, depth = about
    flow = index.flow(function)
    apart = {body.start for body in flow.bodies if body.how in ("spawned", "value")}
    steps = tuple(step for step in flow.steps if step.body not in apart)
    endings = _endings(index, steps, None, depth)
    return any(e.test.scope is Scope.PARAMETER and e.test.position == position for e in endings)


# --- how tests run


@frozen()
class Parallel:
    """A test, or a subtest, from where on it runs beside others.

    launch: the call of Run with the subtest's literal, None for a test of its own. since: offset of its Parallel call.
    """

    function: Function
    launch: Launch | None
    since: int


def parallel_tests(index: Index, function: Function) -> tuple[Parallel, ...]:
    """The parallel test that a function is, and the parallel subtests in it."""
    return index.once(_parallel, function)


def _parallel(index: Index, function: Function) -> tuple[Parallel, ...]:
    flow = index.flow(function)
    found = []
    since = {
        test.body: step.span.start
        for step, test, _ in reversed(tuple(methods_of_tests(index, flow.steps, frozenset({"Parallel"}))))
        if step.body == test.body
    }
    if is_test_function(index, function) and function.spec.start in since:
        found.append(Parallel(function, None, since[function.spec.start]))
    for step, _, call in methods_of_tests(index, flow.steps, frozenset({"Run"})):
        body = call.arguments[1].body if len(call.arguments) == 2 else -1
        if body in since:
            found.append(Parallel(function, Launch(function, step, body, None), since[body]))
    return tuple(found)


def is_test_function(index: Index, function: Function) -> bool:
    """Whether `go test` runs a function by itself."""
    variables = index.variables(function) if function.name.startswith(_TESTS) and not function.receiver else ()
    return len(variables) == 1 and is_test(index, variables[0])


def is_test_body(index: Index, flow: Flow, test: Var) -> bool:
    """Whether a test ends where the body ends that declares its object: a test function, or the literal of a Run."""
    if test.body == flow.function.spec.start:
        return is_test_function(index, flow.function)
    runs = methods_of_tests(index, flow.steps, frozenset({"Run", "Fuzz"}))
    return any(call.arguments and call.arguments[-1].body == test.body for _, _, call in runs)
