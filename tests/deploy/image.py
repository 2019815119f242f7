"""Does what a container build does with deploy/Dockerfile, in a folder that stands for the image's root.

The stages share that folder, which is why a copy between stages must lead to the path it came from. Only the absolute
paths of a command are changed. Packages come from the folder that tests/setup.py has filled, not from a network.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.wheelhouse import WHEELS
from tests.patience import PATIENCE

TOP = Path(__file__).resolve().parents[2]
DOCKERFILE = TOP / "deploy" / "Dockerfile"
_ABSOLUTE = re.compile(r"(?<![\w./])/(?=(?:src|wheels|opt|var)\b)")


@dataclass
class Image:
    """What came of the build: where it lies, and what a container of it starts with."""

    root: Path
    folder: Path
    user: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    healthcheck: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def inside(self, text: str) -> str:
        """A text with the absolute paths of the image as they are here."""
        return _ABSOLUTE.sub(lambda _: f"{self.root}/", text)

    def start(self, command: tuple[str, ...], environ: dict[str, str]) -> subprocess.Popen[str]:
        """A container of it: the entry point with this command, in its folder, with its environment and this one."""
        return subprocess.Popen(
            [*self.entrypoint, *command],
            cwd=self.folder,
            env=self.environ | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def healthy(self, environ: dict[str, str]) -> bool:
        """Whether the health check of a container with this environment ends well."""
        done = subprocess.run(["sh", "-c", self.healthcheck], env=self.environ | environ, timeout=PATIENCE)
        return done.returncode == 0


def instructions() -> Iterator[tuple[str, str]]:
    """Keyword and rest of each instruction of the Dockerfile; lines that go on are joined."""
    text = "".join(line for line in DOCKERFILE.read_text().splitlines(True) if not line.startswith("#"))
    for line in re.sub(r"\\\n", "", text).splitlines():
        if line.strip():
            keyword, _, rest = line.strip().partition(" ")
            yield keyword, rest.strip()


def build(root: Path) -> Image:
    """Run the Dockerfile, instruction by instruction. Raises CalledProcessError when a command of it fails."""
    image = Image(root, root)
    for keyword, rest in instructions():
        _STEPS[keyword](image, rest)
    return image


def _from(image: Image, rest: str) -> None:
    image.folder = image.root
    image.environ = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.defpath)),
        "HOME": str(image.root),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _workdir(image: Image, rest: str) -> None:
    image.folder = Path(image.inside(rest))
    image.folder.mkdir(parents=True, exist_ok=True)


def _copy(image: Image, rest: str) -> None:
    words = [word for word in shlex.split(rest) if not word.startswith("--")]
    if "--from=" in rest:
        assert words[0] == words[1] and Path(image.inside(words[0])).exists()
        return
    ignore = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{word}" for word in words[:-1]} <= set(ignore)
    left_out = shutil.ignore_patterns(*(line.removeprefix("**/") for line in ignore if line.startswith("**/")))
    for word in words[:-1]:
        if (TOP / word).is_dir():
            shutil.copytree(TOP / word, image.folder / words[-1], ignore=left_out)
        else:
            shutil.copy(TOP / word, image.folder / words[-1])


def _env(image: Image, rest: str) -> None:
    for word in rest.split():
        name, _, value = word.partition("=")
        image.environ[name] = image.inside(value).replace("$PATH", image.environ["PATH"])


def _run(image: Image, rest: str) -> None:
    subprocess.run(["sh", "-ec", image.inside(rest)], cwd=image.folder, env=image.environ, check=True)


def _healthcheck(image: Image, rest: str) -> None:
    image.healthcheck = rest.partition("CMD ")[2]


def _user(image: Image, rest: str) -> None:
    image.user = rest


def _entrypoint(image: Image, rest: str) -> None:
    program, *arguments = json.loads(rest)
    image.entrypoint = (shutil.which(program, path=image.environ["PATH"]) or program, *arguments)


def _cmd(image: Image, rest: str) -> None:
    image.command = tuple(json.loads(rest))


def _nothing(image: Image, rest: str) -> None:
    """What only says something to the outside."""


_STEPS = {
    "FROM": _from,
    "WORKDIR": _workdir,
    "COPY": _copy,
    "ENV": _env,
    "RUN": _run,
    "HEALTHCHECK": _healthcheck,
    "USER": _user,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "VOLUME": _nothing,
    "EXPOSE": _nothing,
}
