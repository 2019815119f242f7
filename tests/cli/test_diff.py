"""`diff` from outside: what a change brings, in a checkout, staged, and between commits of a git directory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CLEAN = """package queue

import "sync"

type Queue struct {
	mtx   sync.Mutex
	items map[string]int
}

func (q *Queue) Take(name string) bool {
	q.mtx.Lock()
	defer q.mtx.Unlock()
	return q.items[name] > 0
}
"""
LEAK = """
func (q *Queue) Drop(name string) bool {
	q.mtx.Lock()
	if q.items[name] == 0 {
		return false
	}
	delete(q.items, name)
	q.mtx.Unlock()
	return true
}
"""
OTHER = LEAK.replace("Drop", "Other")
NAME = "lock-leak-on-return"


@pytest.fixture
def repo(checkout):
    made = checkout("repo")
    made.commit(
        {"queue.go": CLEAN, "old.go": "package queue\n" + OTHER, "go.mod": "module example.test/q\n\ngo 1.21\n"}
    )
    return made


def brought(ran):
    """The functions in which a run with --format json found something."""
    assert ran.code == 0, ran.err
    return [each["symbol"] for each in json.loads(ran.out)["findings"]]


def test_the_working_tree_beyond_its_merge_base_with_the_default_branch(repo, run):
    repo.git("checkout", "--quiet", "-b", "feature")
    assert brought(run("diff", "--format", "json", here=repo.folder)) == []
    repo.commit({"committed.go": "package queue\n" + LEAK})
    repo.write(
        {"queue.go": CLEAN + LEAK.replace("Drop", "Changed"), "new.go": "package queue\n" + LEAK.replace("Drop", "New")}
    )
    repo.write({".gitignore": "ignored.go\n", "ignored.go": "package queue\n" + LEAK.replace("Drop", "Ignored")})
    repo.git("checkout", "--quiet", "-b", "elsewhere", "main")
    repo.git("branch", "--force", "main", repo.git("commit-tree", "-p", "main", "-m", "moved on", "main^{tree}"))
    repo.git("checkout", "--quiet", "feature")
    found = ["Queue.Drop", "Queue.New", "Queue.Changed"]
    assert brought(run("diff", "--format", "json", here=repo.folder)) == found
    assert brought(run("diff", "--format", "json", "--base", "main", here=repo.folder)) == found
    assert brought(run("diff", "--format", "json", "--head", "feature", here=repo.folder)) == ["Queue.Drop"]
    assert brought(run("diff", "--format", "json", "--base", "HEAD", here=repo.folder)) == [
        "Queue.New",
        "Queue.Changed",
    ]


def test_what_the_index_has_beyond_head(repo, run):
    repo.write({"queue.go": CLEAN + LEAK, "untracked.go": "package queue\n" + LEAK.replace("Drop", "Untracked")})
    repo.git("add", "queue.go")
    repo.write({"queue.go": CLEAN})
    assert brought(run("diff", "--staged", "--format", "json", here=repo.folder)) == ["Queue.Drop"]
    repo.git("add", "queue.go")
    assert brought(run("diff", "--staged", "--format", "json", here=repo.folder)) == []


def test_a_pre_commit_hook_sees_what_is_committed_even_by_commit_all(repo):
    command = Path(sys.executable).with_name("concurrency-check")
    repo.write({".git/hooks/pre-commit": f"#!/bin/sh\nexec {command} diff --staged --fail-on warning\n"})
    (repo.folder / ".git/hooks/pre-commit").chmod(0o755)
    repo.write({"queue.go": CLEAN + LEAK})
    with pytest.raises(subprocess.CalledProcessError) as refused:
        repo.git("commit", "--all", "--message", "leaks")
    assert f"error[{NAME}]" in refused.value.stdout + refused.value.stderr
    repo.write({"queue.go": CLEAN + "\n// fine\n"})
    repo.git("commit", "--all", "--message", "does not")


def test_everything_is_new_before_the_first_commit(checkout, run):
    fresh = checkout("fresh")
    fresh.write({"queue.go": CLEAN + LEAK})
    fresh.git("add", "queue.go")
    assert brought(run("diff", "--staged", "--format", "json", here=fresh.folder)) == ["Queue.Drop"]
    ran = run("diff", here=fresh.folder)
    assert ran.code == 3 and ran.err.count("\n") == 1


def test_commits_of_a_bare_git_directory(repo, run, tmp_path):
    base = repo.git("rev-parse", "HEAD")
    head = repo.commit({"queue.go": CLEAN + LEAK})
    repo.git("clone", "--quiet", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
    bare = ["diff", "--format", "json", "--git-dir", tmp_path / "bare.git"]
    assert brought(run(*bare, "--base", base, "--head", head, here=tmp_path)) == ["Queue.Drop"]
    assert brought(run(*bare, "--base", f"{head}^", "--head", "main", here=tmp_path)) == ["Queue.Drop"]
    assert brought(run(*bare, "--base", head, "--head", base, here=tmp_path)) == []


def test_a_deleted_and_a_renamed_file_bring_nothing(repo, run):
    repo.git("mv", "old.go", "renamed.go")
    repo.commit()
    repo.git("rm", "--quiet", "queue.go")
    repo.commit({"types.go": CLEAN.partition("func")[0]})
    assert (
        brought(
            run("diff", "--format", "json", "--git-dir", ".", "--base", "HEAD~2", "--head", "HEAD", here=repo.folder)
        )
        == []
    )


def test_without_a_merge_base_the_base_itself_counts_and_that_is_said(repo, run, tmp_path):
    base = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "--quiet", "--orphan", "island")
    head = repo.commit({"queue.go": CLEAN + LEAK})
    ran = run("diff", "--format", "json", "--git-dir", ".", "--base", base, "--head", head, here=repo.folder)
    assert brought(ran) == ["Queue.Drop"]
    assert ran.err.startswith("concurrency-check: note: ") and "no merge base" in ran.err and ran.err.count("\n") == 1


def test_the_configuration_is_the_bases(repo, run):
    repo.git("checkout", "--quiet", "-b", "feature")
    off = f"heuristics:\n  {NAME}: off\n"
    repo.commit({"queue.go": CLEAN + LEAK, ".concurrency-check.yml": off})
    assert brought(run("diff", "--format", "json", here=repo.folder)) == ["Queue.Drop"]
    repo.git("checkout", "--quiet", "main")
    repo.commit({".concurrency-check.yml": off})
    repo.commit({"queue.go": CLEAN + LEAK, ".concurrency-check.yml": ""})
    assert brought(run("diff", "--format", "json", "--base", "HEAD~1", here=repo.folder)) == []


def test_a_broken_configuration_of_the_head_does_not_matter_and_the_bases_does(repo, run):
    repo.commit({".concurrency-check.yml": "mode: [\n"})
    ran = run("diff", "--staged", here=repo.folder)
    assert ran.code == 2 and ".concurrency-check.yml:" in ran.err and ran.err.count("\n") == 1
    assert run("diff", "--base", "HEAD~1", "--head", "HEAD", here=repo.folder).code == 0


def test_fail_on_counts_only_what_the_change_brings(repo, run):
    assert run("diff", "--staged", "--fail-on", "warning", here=repo.folder).code == 0
    repo.write({"queue.go": CLEAN + LEAK})
    repo.git("add", "queue.go")
    assert run("diff", "--staged", "--fail-on", "warning", here=repo.folder).code == 1


def test_a_subfolder_and_a_worktree_belong_to_the_checkout(repo, run, tmp_path):
    repo.git("worktree", "add", "--quiet", "-b", "feature", str(tmp_path / "tree"))
    (tmp_path / "tree/sub").mkdir()
    (tmp_path / "tree/new.go").write_text("package queue\n" + LEAK)
    assert brought(run("diff", "--format", "json", here=tmp_path / "tree/sub")) == ["Queue.Drop"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--git-dir", ".", "--head", "HEAD"], 2, "--base is missing"),
        (["--git-dir", ".", "--base", "HEAD"], 2, "--head is missing"),
        (["--git-dir", "."], 2, "missing"),
        (["--staged", "--base", "HEAD"], 2, "--staged stands alone"),
        (["--base", "v99"], 3, "v99: no such revision"),
        (["--git-dir", ".", "--base", "HEAD", "--head", "v99"], 3, "v99: no such revision"),
        (["--base", ""], 3, "(empty): no such revision"),
        (["--head", ""], 3, "(empty): no such revision"),
        (["--git-dir", ".", "--base", "HEAD", "--head", ""], 2, "--head is missing"),
        (["--base", "HEAD^{tree}"], 3, "HEAD^{tree}: not a commit but a tree"),
        (["--git-dir", "nowhere", "--base", "a", "--head", "b"], 3, "nowhere: no such folder"),
        (["pkg"], 2, "pkg"),
    ],
)
def test_what_goes_wrong_is_one_line_that_names_the_thing(repo, run, arguments, code, said):
    ran = run("diff", *arguments, here=repo.folder)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err and ran.err.count("\n") == 1


def test_a_folder_that_is_no_repository_and_one_without_a_default_branch(repo, run, tmp_path):
    (tmp_path / "plain").mkdir()
    ran = run("diff", here=tmp_path / "plain")
    assert ran.code == 3 and "not a git repository" in ran.err and ran.err.count("\n") == 1
    repo.git("branch", "--move", "trunk")
    ran = run("diff", here=repo.folder)
    assert ran.code == 3 and "no default branch" in ran.err and ran.err.count("\n") == 1
