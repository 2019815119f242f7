"""danger, released by others and unchanged, reviews a pull request on the double: as a check on the double itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import requests
from github import Auth, GithubIntegration

from bot.demo.double import Double
from bot.demo.double.rules import PAGE_MAX
from tests.judges.fetch import client, node
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE

MAIN = "package main\n\nfunc main() {\n\tx := 1\n\t_ = x\n}\n"
DANGERFILE = """
const { danger, markdown, message, schedule, warn } = require("danger")
message(`${danger.github.pr.title} by ${danger.github.pr.user.login}, ${danger.git.commits.length} commit`)
const { created_files, deleted_files, modified_files } = danger.git
message(`changed ${modified_files}; new ${created_files.length}; gone ${deleted_files}`)
warn("have a look", "main.go", 4)
schedule(async () => {
  markdown(`added: ${(await danger.git.diffForFile("main.go")).added.trim()}`)
  markdown(`at base: ${(await danger.github.utils.fileContents("main.go", "acme/rockets", "main")).length}`)
})
"""


def test_danger_reviews_a_pull_request(github: Double, tmp_path: Path) -> None:
    repository = github.people.repository(
        "acme/rockets", {"main.go": MAIN, "old.go": "// Nothing of this is left.\n" * 9}
    )
    new = {f"new{number}.go": "package main\n" for number in range(PAGE_MAX + 1)}  # more than a page of files
    changed = {"main.go": MAIN.replace(":= 1", ":= 2"), "old.go": None, **new}
    pull = github.people.open(repository, changed, title="Twice as fast")
    (tmp_path / "dangerfile.js").write_text(DANGERFILE)
    token = _token(github)

    done = _danger(github, token, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (inline,) = pull.review_comments
    assert (inline.path, inline.line, inline.side) == ("main.go", 4, "RIGHT")
    assert "have a look" in inline.body
    (summary,) = pull.comments
    assert "Twice as fast by gopher, 1 commit" in summary.body
    assert f"changed main.go; new {PAGE_MAX + 1}; gone old.go" in summary.body
    assert "added: +\tx := 2" in summary.body
    assert f"at base: {len(MAIN)}" in summary.body

    again = _danger(github, token, tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert pull.comments == [summary], "danger finds its own comment and edits it"
    refused = {(one.method, one.template, one.status) for one in github.log if one.status >= 400}
    assert refused == {("POST", "/repos/{owner}/{repo}/statuses/{sha}", 403)}, "for which this App has no permission"


def _token(github: Double) -> str:
    app = github.world.app
    door = GithubIntegration(auth=Auth.AppAuth(app.id, app.private_key), base_url=github.api_url)
    (installation,) = github.world.installations
    token = door.get_access_token(installation).token
    headers = {"Authorization": f"token {token}"}
    assert requests.get(f"{github.api_url}/rate_limit", headers=headers, timeout=PATIENCE).ok
    return token


def _danger(github: Double, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    told = {
        "DANGER_GITHUB_API_TOKEN": token,
        "DANGER_GITHUB_API_BASE_URL": github.api_url,
        "DANGER_FAKE_CI": "yes",
        "DANGER_TEST_REPO": "acme/rockets",
        "DANGER_TEST_PR": "1",
        "NODE_PATH": str(client().parents[3]),
    }
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    kept["PATH"] = os.pathsep.join((str(Path(node()).parent), os.environ.get("PATH", os.defpath)))
    command = [node(), str(client()), "--dangerfile", "dangerfile.js"]
    return subprocess.run(command, cwd=folder, env=kept | told, capture_output=True, text=True, timeout=PATIENCE)
