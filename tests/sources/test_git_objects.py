"""Snapshots out of git directories: commits, the index, and what is left out or absent."""

from __future__ import annotations

import os
import shutil

import pytest

from bot.sources.errors import CannotRead
from bot.sources.git_objects import (
    commit_snapshot,
    default_branch,
    find_commit,
    index_snapshot,
    merge_base,
    open_git_dir,
)
from heuristics import BlobMissing, blob_id


@pytest.fixture
def repo(checkout):
    made = checkout("repo")
    made.commit({"a.go": "package a\n", "go.mod": "module a\n", "deep/er/b.go": "package er\n", "README.md": "hello\n"})
    return made


def opened(repo):
    return open_git_dir(str(repo.folder))


def listed(repo, rev="HEAD"):
    handle = opened(repo)
    return commit_snapshot(handle, find_commit(handle, rev)).paths()


def test_lists_go_files_and_module_files_with_the_ids_of_git(repo):
    assert listed(repo) == {
        "a.go": blob_id(b"package a\n"),
        "deep/er/b.go": blob_id(b"package er\n"),
        "go.mod": blob_id(b"module a\n"),
    }


def test_leaves_out_the_folders_that_are_never_entered_and_keeps_the_configuration(repo):
    paths = [
        "vendor/v/v.go",
        "x/testdata/t.go",
        "_old/o.go",
        ".hidden/h.go",
        "x/_draft.go",
        "x/.swap.go",
        "x/vendored.go",
    ]
    repo.commit(dict.fromkeys(paths, "package x\n") | {".concurrency-check.yml": "mode: review\n"})
    repo.commit({"x/.concurrency-check.yml": "mode: review\n", "go.work": "go 1.22\n", "x/go.work.sum": ""})
    assert set(listed(repo)) == {"a.go", "deep/er/b.go", "go.mod", ".concurrency-check.yml", "x/vendored.go", "go.work"}


def test_symlinks_and_submodules_are_left_out(repo, checkout):
    other = checkout("other")
    other.commit({"o.go": "package o\n"})
    (repo.folder / "link.go").symlink_to("a.go")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other.folder), "sub")
    repo.commit()
    assert set(listed(repo)) == {"a.go", "deep/er/b.go", "go.mod"}
    assert set(index_snapshot(opened(repo)).paths()) == {"a.go", "deep/er/b.go", "go.mod"}


def test_executable_files_and_names_that_are_not_utf8_are_listed(repo):
    (repo.folder / "a.go").chmod(0o755)
    repo.write({})
    name = b"caf\xe9.go".decode("utf-8", "surrogateescape")
    (repo.folder / name).write_bytes(b"package a\n")
    repo.commit()
    assert {"a.go", name} <= set(listed(repo))


def test_reads_the_bytes_as_they_are(repo):
    text = b"package a\r\n// \xff\xfe\r\n"
    repo.git("config", "core.autocrlf", "false")
    repo.commit({"crlf.go": text, "empty.go": b""})
    handle = opened(repo)
    snapshot = commit_snapshot(handle, find_commit(handle, "HEAD"))
    assert snapshot.read(snapshot.paths()["crlf.go"]) == text
    assert snapshot.read(snapshot.paths()["empty.go"]) == b""


def test_a_blob_that_is_not_there_is_missing(repo):
    handle = opened(repo)
    snapshot = commit_snapshot(handle, find_commit(handle, "HEAD"))
    for blob in ("0" * 39 + "1", "no id at all"):
        with pytest.raises(BlobMissing):
            snapshot.read(blob)


def test_a_partial_clone_lists_everything_and_misses_blobs(repo, tmp_path):
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "--quiet", "--bare", "--filter=blob:none", repo.folder.as_uri(), str(tmp_path / "partial.git"))
    handle = open_git_dir(str(tmp_path / "partial.git"))
    snapshot = commit_snapshot(handle, find_commit(handle, "HEAD"))
    assert set(snapshot.paths()) == {"a.go", "deep/er/b.go", "go.mod"}
    with pytest.raises(BlobMissing):
        snapshot.read(snapshot.paths()["a.go"])


def test_a_clone_without_trees_says_so(repo, tmp_path):
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "--quiet", "--bare", "--filter=tree:0", repo.folder.as_uri(), str(tmp_path / "partial.git"))
    handle = open_git_dir(str(tmp_path / "partial.git"))
    with pytest.raises(CannotRead, match="its tree is not whole"):
        commit_snapshot(handle, find_commit(handle, "HEAD"))


def test_a_bare_directory_an_annotated_tag_and_relative_revisions(repo, tmp_path):
    repo.git("tag", "--annotate", "--message", "one", "v1")
    repo.commit({"c.go": "package a\n"})
    repo.git("clone", "--quiet", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
    handle = open_git_dir(str(tmp_path / "bare.git"))
    names = [set(commit_snapshot(handle, find_commit(handle, rev)).paths()) for rev in ("HEAD", "HEAD~1", "v1")]
    assert "c.go" in names[0] and "c.go" not in names[1] and names[1] == names[2]


@pytest.mark.parametrize("rev", ["nosuch", "HEAD~9", "", "HEAD..HEAD", "deadbeef" * 5, "HEAD^{nonsense}", ":/nothing"])
def test_a_revision_that_is_not_there(repo, rev):
    with pytest.raises(CannotRead, match="no such revision"):
        find_commit(opened(repo), rev)


@pytest.mark.parametrize(("rev", "kind"), [("HEAD:a.go", "blob"), ("HEAD^{tree}", "tree")])
def test_a_revision_that_is_no_commit(repo, rev, kind):
    with pytest.raises(CannotRead, match=f"not a commit but a {kind}"):
        find_commit(opened(repo), rev)


def test_what_is_not_a_git_directory(repo, tmp_path):
    (tmp_path / "plain").mkdir()
    with pytest.raises(CannotRead, match="not a git repository"):
        open_git_dir(str(tmp_path / "plain"))
    with pytest.raises(CannotRead, match="no such folder"):
        open_git_dir(str(tmp_path / "nowhere"))
    with pytest.raises(CannotRead, match="not a git repository"):
        open_git_dir(str(repo.folder / "deep"))  # it is not looked for above


def test_a_repository_of_a_format_that_cannot_be_read_says_why(repo):
    repo.git("config", "core.repositoryformatversion", "1")
    repo.git("config", "extensions.fromTheFuture", "true")
    with pytest.raises(CannotRead, match="fromthefuture"):
        opened(repo)


def test_default_branch_is_origin_head_then_main_then_master(repo, checkout):
    assert default_branch(opened(repo)) == "refs/heads/main"
    repo.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert default_branch(opened(repo)) == "refs/remotes/origin/HEAD"
    old = checkout("old")
    old.commit({"a.go": "package a\n"})
    old.git("branch", "--move", "master")
    assert default_branch(opened(old)) == "refs/heads/master"
    old.git("branch", "--move", "other")
    with pytest.raises(CannotRead, match="no default branch"):
        default_branch(opened(old))


def test_merge_base_of_branches_of_unrelated_histories_and_of_a_shallow_clone(repo, tmp_path):
    fork = repo.git("rev-parse", "HEAD")
    main = repo.commit({"m.go": "package a\n"})
    repo.git("checkout", "--quiet", "-b", "feature", fork)
    repo.commit({"f.go": "package a\n"})
    feature = repo.commit({"g.go": "package a\n"})
    handle = opened(repo)
    base = merge_base(handle, find_commit(handle, main), find_commit(handle, feature))
    assert base and str(base.id) == fork
    repo.git("checkout", "--quiet", "--orphan", "island")
    island = repo.commit({"i.go": "package a\n"})
    assert merge_base(handle, find_commit(handle, main), find_commit(handle, island)) is None
    repo.git("clone", "--quiet", "--depth=1", "--no-single-branch", repo.folder.as_uri(), str(tmp_path / "shallow"))
    shallow = open_git_dir(str(tmp_path / "shallow"))
    assert merge_base(shallow, find_commit(shallow, main), find_commit(shallow, feature)) is None


def test_the_index_holds_what_is_staged(repo):
    repo.write({"a.go": "package a // staged\n", "new.go": "package a\n", "intended.go": "package a\n"})
    repo.git("add", "a.go", "new.go")
    repo.git("add", "--intent-to-add", "intended.go")
    repo.git("rm", "--quiet", "--cached", "deep/er/b.go")
    repo.write({"a.go": "package a // not staged\n", "untracked.go": "package a\n"})
    snapshot = index_snapshot(opened(repo))
    assert set(snapshot.paths()) == {"a.go", "new.go", "go.mod", "intended.go"}
    assert snapshot.read(snapshot.paths()["a.go"]) == b"package a // staged\n"
    assert snapshot.read(snapshot.paths()["intended.go"]) == b""


def test_a_file_in_conflict_is_not_part_of_the_index(repo):
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit({"a.go": "package a // theirs\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a.go": "package a // ours\n"})
    with pytest.raises(Exception, match="merge"):
        repo.git("merge", "other")
    assert set(index_snapshot(opened(repo)).paths()) == {"go.mod", "deep/er/b.go"}


def test_a_worktree_opens_like_a_checkout(repo, tmp_path):
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "HEAD")
    handle = open_git_dir(str(tmp_path / "tree"))
    assert set(commit_snapshot(handle, find_commit(handle, "HEAD")).paths()) == {"a.go", "deep/er/b.go", "go.mod"}


def test_a_repository_of_somebody_else_is_read(repo, tmp_path):
    shutil.copytree(repo.folder, tmp_path / "copy")
    if os.geteuid() == 0:  # only root can give files away; for others this is the plain case again
        for file in (tmp_path / "copy", *(tmp_path / "copy").rglob("*")):
            os.chown(file, 65534, 65534)
    handle = open_git_dir(str(tmp_path / "copy"))
    assert "a.go" in commit_snapshot(handle, find_commit(handle, "HEAD")).paths()
