"""The wheels that a fresh environment is made of, downloaded once by the package manager; tests need no network.

python tests/deploy/wheelhouse.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
WHEELS = TOP / ".cache" / "wheels"
_WANTED = WHEELS / "wanted.txt"


def wanted() -> list[str]:
    """What building the wheel and installing it need, as pyproject.toml names it."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text())
    return sorted([*project["build-system"]["requires"], *project["project"]["dependencies"]])


def complete() -> bool:
    """Whether the folder was filled for what pyproject.toml names now."""
    return _WANTED.exists() and _WANTED.read_text() == _note()


def fetch() -> None:
    """Fill the folder; downloads nothing when it is complete."""
    if complete():
        return
    shutil.rmtree(WHEELS, ignore_errors=True)
    WHEELS.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", str(WHEELS)]
    subprocess.run([*command, *wanted()], check=True)
    _WANTED.write_text(_note())


def _note() -> str:
    """What the folder was filled for; wheels hold for one version of Python."""
    return "\n".join([f"# Python {sys.version_info.major}.{sys.version_info.minor}", *wanted(), ""])


if __name__ == "__main__":
    fetch()
