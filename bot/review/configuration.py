"""Which configuration holds for a pull request: the base commit's, then the organisation's, then the defaults."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.github.answers import PullRequest, Refused
from bot.github.repository import Repository
from heuristics import CONFIG_NAME, Config, ConfigError

# A change of the organisation's file reaches the reviews within this time.
_SECONDS = 300
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration and where it comes from. file: the one that it was read from, "" for none. error: "path:line:
    message" of a broken file, else ""."""

    config: Config
    origin: str
    error: str = ""
    file: str = ""

    def layer(self, key: str) -> str:
        """Where the value of a key ("mode", "comments.max", …) comes from, in a few words."""
        if self.error:
            return "until the file is mended" if key == "mode" else "default"
        if key in self.config.stated or key == "heuristics":
            return self.file
        return "default of this service" if key == "mode" and not self.file else "default"


@dataclass(frozen=True, slots=True)
class Brought:
    """The configuration that a pull request brings. config: None where it takes the file away, or error tells why it
    cannot be read."""

    config: Config | None
    error: str = ""


class Files:
    """Configuration files that were read lately (None: there is none), shared by all reviews of a process."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, str], bytes | None] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, place: str, moment: str, read: Callable[[], bytes | None]) -> bytes | None:
        """The file of a place as of a moment (a commit, or a span of time); read: asks GitHub for it."""
        key = (place, moment)
        with self._lock:
            if key in self._files:
                return self._files[key]
        text = read()
        with self._lock:
            self._files[key] = text
            while len(self._files) > _KEPT:
                self._files.popitem(last=False)
        return text


def in_force(repository: Repository, number: int, commit: str, default_mode: str, files: Files) -> Configured:
    """What holds at a commit of repository `number`; for a pull request that is its base. default_mode: the operator's,
    for repositories without a file.

    A broken file leaves the defaults in force, with findings in the check only: a mistake must not start comments.
    """
    text = files.get(str(number), commit, lambda: repository.file(CONFIG_NAME, commit))
    origin = f"{CONFIG_NAME} at {commit[:10]}"
    if text is None:
        owner = repository.full_name.partition("/")[0]
        text = files.get(owner, str(int(time.time()) // _SECONDS), lambda: _of_organisation(repository.shared()))
        origin = f"{CONFIG_NAME} of {owner}/.github"
    if text is None:
        return Configured(Config(mode=default_mode), "the defaults")
    try:
        return Configured(Config.parse(text, CONFIG_NAME), origin, file=origin)
    except ConfigError as error:
        return Configured(replace(Config(), mode="check-only"), f"the defaults, since {origin} is broken", str(error))


def brought(repository: Repository, pull: PullRequest) -> Brought:
    """What a pull request that edits the file wants to hold once it is merged."""
    text = repository.file(CONFIG_NAME, pull.head_sha)
    if text is None:
        return Brought(None)
    try:
        return Brought(Config.parse(text, CONFIG_NAME))
    except ConfigError as error:
        return Brought(None, str(error))


def _of_organisation(shared: Repository) -> bytes | None:
    try:
        return shared.file(CONFIG_NAME)
    except Refused:
        return None  # the App is not installed there
