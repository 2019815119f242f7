"""Fetches GitHub's own descriptions of its interfaces through npm and keeps the parts that the double is judged by.

    python tests/judges/fetch.py

The packages are pinned and go into a folder that git ignores (`.cache/judges`); a second run finds them there and needs
no network. Of each OpenAPI description (13 MB) the endpoints that the double has are kept, with the schemas that they
lead to; that file loads in 20 ms. A released client that knows nothing of us comes too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "judges"
# Package, version, the member that is wanted, the name it is kept under.
PACKAGES = (
    ("@octokit/openapi", "23.0.2", "package/generated/api.github.com.json", "openapi.json"),
    ("@octokit/graphql-schema", "15.26.1", "package/schema.graphql", "schema.graphql"),
    ("@octokit/webhooks-examples", "7.6.1", "package/api.github.com/index.json", "webhooks-examples.json"),
    ("@octokit/openapi-webhooks", "12.1.0", "package/generated/api.github.com.json", "webhooks.json"),
    # Judges pages, not requests: accessibility, in the browser tests.
    ("axe-core", "4.14.1", "package/axe.min.js", "axe.min.js"),
    *(
        ("@octokit/openapi", "23.0.2", f"package/generated/ghes-{version}.json", f"ghes-{version}.json")
        for version in ("3.17", "3.18", "3.19")
    ),
)
# The descriptions of REST: that of github.com, and those of Enterprise Servers by their version.
REST = {
    name.removeprefix("ghes-").removesuffix(".json"): name
    for _, _, _, name in PACKAGES
    if name[:5] in ("opena", "ghes-")
}
# The endpoints of the double, as the description spells them. A request to any other is a finding of the judge.
ENDPOINTS = (
    "/app",
    "/app-manifests/{code}/conversions",
    "/app/hook/config",
    "/app/hook/deliveries",
    "/app/hook/deliveries/{delivery_id}",
    "/app/hook/deliveries/{delivery_id}/attempts",
    "/app/installations",
    "/app/installations/{installation_id}",
    "/app/installations/{installation_id}/access_tokens",
    "/installation/repositories",
    "/rate_limit",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/branches/{branch}",
    "/repos/{owner}/{repo}/check-runs",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    "/repos/{owner}/{repo}/commits/{ref}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/compare/{basehead}",
    "/repos/{owner}/{repo}/contents/{path}",
    "/repos/{owner}/{repo}/git/blobs/{file_sha}",
    "/repos/{owner}/{repo}/git/commits/{commit_sha}",
    "/repos/{owner}/{repo}/git/ref/{ref}",
    "/repos/{owner}/{repo}/git/trees/{tree_sha}",
    "/repos/{owner}/{repo}/installation",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/pulls",
    "/repos/{owner}/{repo}/pulls/comments/{comment_id}",
    "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    "/repos/{owner}/{repo}/pulls/{pull_number}/comments",
    "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
    "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
    "/repos/{owner}/{repo}/pulls/{pull_number}/files",
    "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events",
    "/repos/{owner}/{repo}/statuses/{sha}",
    "/repos/{owner}/{repo}/tarball/{ref}",
    "/user",
    "/user/installations",
    "/user/installations/{installation_id}/repositories",
)


# A released client that knows nothing of us: the double is checked with it.
CLIENT = ("danger", "14.0.7")


def fetch(cache: Path = CACHE) -> None:
    """Puts every file that the judges read into `cache`; downloads nothing that is there already."""
    cache.mkdir(parents=True, exist_ok=True)
    for package, version in dict.fromkeys(entry[:2] for entry in PACKAGES):
        members = {member: cache / f"{version}-{name}" for entry, _, member, name in PACKAGES if entry == package}
        if not all(kept.exists() for kept in members.values()):
            _download(package, version, members)
    for name in REST.values():
        pruned(name, cache)
    if not client(cache).exists():
        folder = cache / "-".join(CLIENT)
        command = [node("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
        folder.mkdir(exist_ok=True)
        subprocess.run([*command, "@".join(CLIENT)], check=True, stdout=subprocess.DEVNULL, cwd=folder)


def client(cache: Path = CACHE) -> Path:
    """The client's program; its packages lie beside it."""
    return cache / "-".join(CLIENT) / "node_modules" / CLIENT[0] / "distribution" / "commands" / "danger-ci.js"


def node(name: str = "node") -> str:
    """Node, or what comes with it; ends the process with a sentence where there is none."""
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    found = shutil.which(name, path=search)
    if found is None:
        raise SystemExit(f"{name} is missing: run tests/setup.py, which brings one")
    return found


def pruned(name: str, cache: Path = CACHE) -> Path:
    """A description of REST with only the endpoints of the double; made anew when those have changed."""
    file = cache / f"pruned-{name}"
    wanted = {"endpoints": list(ENDPOINTS), "version": PACKAGES[0][1]}
    if not file.exists() or json.loads(file.read_text())["x-pruned"] != wanted:
        whole = json.loads((cache / f"{PACKAGES[0][1]}-{name}").read_text())
        _write(file, json.dumps({**prune(whole, ENDPOINTS), "x-pruned": wanted}).encode())
    return file


def kept(name: str) -> Path:
    """Where the file that PACKAGES calls `name` lies."""
    return next(CACHE / f"{version}-{file}" for _, version, _, file in PACKAGES if file == name)


def prune(whole: dict[str, Any], endpoints: tuple[str, ...]) -> dict[str, Any]:
    """The description with only these paths and with the components that they lead to.

    Raises KeyError when the description lacks one of the endpoints.
    """
    paths = {path: whole["paths"][path] for path in endpoints}
    components: dict[str, dict[str, Any]] = {}
    todo = list(_references(paths))
    while todo:
        _, _, section, name = todo.pop().split("/", 3)
        if name not in components.setdefault(section, {}):
            components[section][name] = whole["components"][section][name]
            todo.extend(_references(components[section][name]))
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": components}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _download(package: str, version: str, members: Mapping[str, Path]) -> None:
    """`npm pack` checks the package against the digest of the registry, and leaves its dependencies alone."""
    with tempfile.TemporaryDirectory() as folder:
        command = [node("npm"), "pack", "--silent", "--pack-destination", folder, f"{package}@{version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for member, kept in members.items():
                content = archive.extractfile(member)
                if content is None:
                    raise SystemExit(f"{package}@{version} has no {member}")
                _write(kept, content.read())


def _write(path: Path, text: bytes) -> None:
    """Whole or not at all: a run that is interrupted leaves no half file for the next."""
    half = path.with_suffix(".half")
    half.write_bytes(text)
    half.replace(path)


if __name__ == "__main__":
    fetch()
