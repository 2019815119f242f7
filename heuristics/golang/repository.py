"""The Go files of a snapshot as modules, packages and files; everything is read and parsed when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from heuristics.golang import tree
from heuristics.golang.constraints import Platform, language_of
from heuristics.golang.facts import Outlines
from heuristics.golang.file import File
from heuristics.golang.model import Function
from heuristics.golang.modules import Module, Modules
from heuristics.golang.outline import FuncSpec, TypeSpec, VarSpec
from heuristics.golang.snapshot import BlobMissing, Snapshot

_VERSION_SUFFIX = re.compile(r"^v\d+$")


class Package:
    """The files of one package. key: "./folder" in the repository, with "#test" for an external test package.

    Of several declarations of one name, that in the first file counts: see `on`. whole: the package in the order of its
    paths, when the files stand in another one.
    """

    def __init__(self, key: str, folder: str, name: str, files: tuple[File, ...], whole: Package | None = None) -> None:
        self.key = key
        self.folder = folder
        self.name = name
        self.files = files
        self._whole = whole
        self._platforms: dict[Platform, Package] = {}
        self._types: dict[str, tuple[tuple[File, TypeSpec], ...]] = {}
        self._kinds: dict[str, dict[str, list[File]]] = {}
        self._variables: dict[str, tuple[File, VarSpec] | None] = {}
        self._named: dict[str, tuple[Function, ...]] = {}
        self._functions: dict[str, tuple[Function, ...]] = {}
        self._with_body: dict[str, tuple[Function, ...]] = {}
        self._names: dict[str, dict[str, list[Function]]] = {}
        self._methods: dict[str, dict[str, list[Function]]] = {}

    def on(self, platform: Platform) -> Package:
        """The package as a build for the platform sees it: what is compiled for it comes first, the rest behind it."""
        found = self._platforms.get(platform)
        if found is None:
            files = tuple(sorted(self.files, key=lambda file: not file.compiled_for(platform)))
            ordered = self if files == self.files else Package(self.key, self.folder, self.name, files, self)
            found = self._platforms[platform] = ordered
        return found

    def types(self) -> Iterator[str]:
        """The names of all types, without those of test files."""
        files = (file for file in self.files if not file.test and file.names("type"))
        yield from dict.fromkeys(spec.name for file in files for spec in file.outline.types)

    def type(self, name: str) -> tuple[tuple[File, TypeSpec], ...]:
        """The declarations of a type; where build constraints choose, the one that counts comes first."""
        if name not in self._types:
            files = self._declaring("type").get(name, ())
            self._types[name] = tuple((f, spec) for f in files for spec in f.outline.types if spec.name == name)
        return self._types[name]

    def may_be_alias(self, name: str) -> bool:
        """Whether a type of this name may be an alias; a no costs no parse."""
        return name in self._declaring("alias")

    def variable(self, name: str) -> tuple[File, VarSpec] | None:
        """The declaration of a package variable."""
        if name not in self._variables and name != "_":
            files = self._declaring("variable").get(name, ())
            specs = ((file, spec) for file in files for spec in file.outline.variables if spec.name == name)
            self._variables[name] = next(specs, None)
        return self._variables.get(name)

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """All functions and methods that have a body, in the order of files and lines."""
        return tuple(function for file in self.files for function in self.functions_in(file))

    def functions_in(self, file: File) -> tuple[Function, ...]:
        """Those of one file; the same objects on every platform."""
        found = self._with_body.get(file.path)
        if found is None:
            found = tuple(function for function in self._declared_in(file) if function.spec.has_body)
            self._with_body[file.path] = found
        return found

    def _declared_in(self, file: File) -> tuple[Function, ...]:
        """The functions of one file, those too that stand in another language or in the compiler."""
        if self._whole is not None:
            return self._whole._declared_in(file)
        if file.path not in self._functions:
            self._functions[file.path] = tuple(self._function(file, spec) for spec in file.outline.functions)
        return self._functions[file.path]

    def take_over(self, earlier: Package) -> None:
        """The functions of files that are the same in another snapshot's package are the same objects."""
        self._functions.update((file.path, earlier._declared_in(file)) for file in self.files if file in earlier.files)

    def _function(self, file: File, spec: FuncSpec) -> Function:
        receiver, pointer = "", False
        if spec.receiver is not None:
            type_ = spec.receiver.type
            if isinstance(type_, tree.PointerOf):
                type_, pointer = type_.element, True
            receiver = type_.name if isinstance(type_, tree.TypeName) else "?"
        return Function(self.key, self.folder, self.name, file.path, spec.name, receiver, pointer, spec, file.test)

    def named(self, name: str) -> tuple[Function, ...]:
        """The functions and methods of a name."""
        found = self._named.get(name)
        if found is None:
            files = self._declaring("function").get(name, ())
            found = self._named[name] = tuple(f for file in files for f in self._by_name(file).get(name, ()))
        return found

    def _declaring(self, kind: str) -> dict[str, list[File]]:
        """The files that may declare functions (methods too), types, aliases or variables, by the names of these."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = by_name(self.files, kind)
        return found

    def _by_name(self, file: File) -> dict[str, list[Function]]:
        if file.path not in self._names:
            names = self._names[file.path] = {}
            for function in self._declared_in(file):
                names.setdefault(function.name, []).append(function)
        return self._names[file.path]

    def function(self, name: str) -> Function | None:
        """The function (no method) of a name."""
        return self.method("", name)

    def method(self, receiver: str, name: str) -> Function | None:
        """The method of a name that a type of this package declares."""
        files = (file for file in self._declaring("function").get(name, ()) if file.may_have_method(receiver, name))
        functions = (function for file in files for function in self._by_name(file).get(name, ()))
        return next((function for function in functions if function.receiver == receiver), None)

    def methods(self, receiver: str) -> Iterator[Function]:
        """All methods that a type of this package declares."""
        files = (file for file in self.files if file.may_have_method(receiver))
        return (function for file in files for function in self._by_receiver(file).get(receiver, ()))

    def _by_receiver(self, file: File) -> dict[str, list[Function]]:
        if file.path not in self._methods:
            methods = self._methods[file.path] = {}
            for function in self.functions_in(file):
                methods.setdefault(function.receiver, []).append(function)
        return self._methods[file.path]


class Repository:
    """All Go files of a snapshot. Vendored code and testdata are not part of it.

    earlier: another snapshot's; of what is the same there, the same objects stand here.
    """

    def __init__(self, snapshot: Snapshot, outlines: Outlines, earlier: Repository | None = None) -> None:
        self._snapshot = snapshot
        self._paths = snapshot.paths()
        self._earlier = earlier
        known: dict[str, File] = earlier.files if earlier is not None else {}
        self.files: dict[str, File] = {
            path: known[path] if path in known and known[path].blob == blob else File(path, blob, snapshot, outlines)
            for path, blob in sorted(self._paths.items())
            if path.endswith(".go") and not skipped(path)
        }
        self._packages: dict[str, Package] = {}
        self._folders: dict[str, list[File]] = {}
        for file in self.files.values():
            self._folders.setdefault(file.folder, []).append(file)
        self._loaded: dict[str, tuple[Package, ...]] = {}

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders that hold Go files, "" for the root."""
        return tuple(self._folders)

    def within(self, folder: str) -> tuple[File, ...]:
        """The Go files of a folder, by path."""
        return tuple(self._folders.get(folder, ()))

    def load(self, folder: str) -> tuple[Package, ...]:
        """The packages of a folder: the one of its files, and an external test package if there is one."""
        found = self._loaded.get(folder)
        if found is None:
            found = self._loaded[folder] = self._taken_over(folder) or tuple(self._load(folder))
            self._packages.update((package.key, package) for package in found)
        return found

    def _taken_over(self, folder: str) -> tuple[Package, ...]:
        """The packages of the earlier snapshot, if the folder is the same there."""
        same = self._earlier is not None and self._earlier.within(folder) == self.within(folder)
        return self._earlier.load(folder) if same and self._earlier is not None else ()

    def _load(self, folder: str) -> Iterator[Package]:
        names: dict[str, list[File]] = {}
        for file in self._folders.get(folder, ()):
            names.setdefault(file.package, []).append(file)
        plain = [name for name in names if not name.endswith("_test")]
        main = max(plain, key=lambda name: len(names[name]), default="")
        for name, files in names.items():
            external = name.endswith("_test") and all(file.test for file in files)
            key = f"./{folder}" + ("#test" if external else "" if name == main else f"#{name}")
            package = Package(key, folder, name, tuple(files))
            if self._earlier is not None and (was := self._earlier.package(key)) is not None:
                package.take_over(was)
            yield package

    def package(self, key: str) -> Package | None:
        """The package with this key; None for one outside the repository."""
        found = self._packages.get(key)
        if found is None and key.startswith("./"):
            self.load(key[2:].partition("#")[0])
            found = self._packages.get(key)
        return found

    @cached_property
    def modules(self) -> Modules:
        """The modules of the snapshot."""
        return Modules(tuple(self._modules()), frozenset(self._folders), self._texts)

    def _modules(self) -> Iterator[Module]:
        for path, blob in self._paths.items():
            if path.rpartition("/")[2] == "go.mod" and not skipped(path):
                try:
                    text = self._snapshot.read(blob)
                except BlobMissing:
                    continue
                yield from Module.read(path.rpartition("/")[0], text)

    def _texts(self) -> Iterator[bytes]:
        return (file.text for file in self.files.values())

    def go_version(self, path: str) -> tuple[int, int] | None:
        """The language version of a file: its `//go:build go1.N` line, else its module's go line, else unknown."""
        file = self.files.get(path)
        release = language_of(file.outline.constraint) if file is not None else 0
        if file is not None and release and b"//go:build " in file.text:  # the older spelling says nothing of it
            return 1, release
        home = self.modules.home(path.rpartition("/")[0])
        return home.version if home is not None else None

    def import_key(self, import_path: str, folder: str = "") -> str:
        """The key of a package imported in a folder: "./folder" when this repository holds it, else its path."""
        found = self.modules.locate(import_path, folder)
        return import_path if found is None else f"./{found}"

    def imports_of(self, file: File) -> dict[str, str]:
        """Local name -> key of the package, for the imports of one file ("." imports under their key)."""
        found = self._imports.get(file.path)
        if found is None:
            found = self._imports[file.path] = dict(self._imports_of(file))
        return found

    @cached_property
    def _imports(self) -> dict[str, dict[str, str]]:
        return {}

    def _imports_of(self, file: File) -> Iterator[tuple[str, str]]:
        for spec in file.imports:
            key = self.import_key(spec.path, file.folder)
            if spec.name == ".":
                yield "." + key, key
            elif spec.name:
                yield spec.name, key
            elif (package := self.package(key)) is not None:
                yield package.name, key
            else:
                yield _usual_name(spec.path), key

    def mentioning(self, name: str) -> Iterator[File]:
        """Files in which an identifier may occur."""
        return (file for file in self.files.values() if file.mentions(name))


def by_name(files: Iterable[File], kind: str) -> dict[str, list[File]]:
    """The files that may declare something of a kind, by the names of that, as `File.names`; none needs a parse."""
    found: dict[str, list[File]] = {}
    for file in files:
        for name in file.names(kind):
            found.setdefault(name, []).append(file)
    return found


def _usual_name(import_path: str) -> str:
    """The package name that an import path outside the repository most likely has."""
    parts = import_path.split("/")
    last = parts[-2] if len(parts) > 1 and _VERSION_SUFFIX.match(parts[-1]) else parts[-1]
    last = re.sub(r"\.v\d+$", "", last)
    return last.removeprefix("go-").removesuffix("-go").removesuffix(".go").replace("-", "_")


def skipped(path: str) -> bool:
    """Vendored code, test data, and folders that the go command ignores (`_x`, `.x`)."""
    folders = path.split("/")[:-1]
    return any(part in ("vendor", "testdata") or part[:1] in ("_", ".") for part in folders)
