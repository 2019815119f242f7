"""The files as they lie on the disk: which are seen, and what their paths are relative to."""

from __future__ import annotations

import pytest

from bot.sources.errors import CannotRead
from bot.sources.working_tree import WorkingTree, find_root
from heuristics import BlobMissing, blob_id


def seen(folder):
    return set(WorkingTree(find_root(folder)).paths())


def written(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("package x\n" if path.endswith(".go") else "")
    return folder


def test_tracked_and_untracked_files_are_seen_and_ignored_ones_are_not(checkout):
    repo = checkout("repo")
    repo.commit(
        {"tracked.go": "package a\n", "gone.go": "package a\n", ".gitignore": "*_gen.go\n/build/\n!keep_gen.go\n"}
    )
    repo.write(
        {"new.go": "package a\n", "x_gen.go": "package a\n", "keep_gen.go": "package a\n", "build/b.go": "package b\n"}
    )
    repo.write({"forced_gen.go": "package a\n", "deep/.gitignore": "local.go\n", "deep/local.go": "", "deep/d.go": ""})
    repo.git("add", "--force", "forced_gen.go")
    (repo.folder / "gone.go").unlink()
    assert seen(repo.folder) == {"tracked.go", "new.go", "keep_gen.go", "forced_gen.go", "deep/d.go"}


def test_a_tracked_file_in_an_ignored_folder_is_seen_and_its_neighbours_are_not(checkout):
    repo = checkout("repo")
    repo.write({".gitignore": "out/\n", "out/a/kept.go": "package a\n", "out/a/other.go": "package a\n"})
    repo.git("add", "--force", "out/a/kept.go")
    assert seen(repo.folder) == {"out/a/kept.go"}


def test_names_that_are_not_utf8_are_seen_or_ignored_like_others(checkout):
    repo = checkout("repo")
    repo.write({".gitignore": "*_gen.go\n"})
    written(repo.folder, "caf\udce9.go", "caf\udce9_gen.go", "caf\udce9/a.go")
    assert seen(repo.folder) == {"caf\udce9.go", "caf\udce9/a.go"}


def test_nested_repositories_submodules_links_and_skipped_folders_stay_out(checkout, tmp_path):
    repo = checkout("repo")
    checkout("repo/nested").commit({"n.go": "package n\n"})
    written(repo.folder, "a.go", "vendor/v.go", "b/testdata/t.go", "_x/x.go", ".y/y.go", "b/b.go", "b/c.txt", "go.mod")
    written(tmp_path / "outside", "o.go")
    (repo.folder / "linked").symlink_to(tmp_path / "outside")
    (repo.folder / "loop").symlink_to(".")
    (repo.folder / "link.go").symlink_to("a.go")
    assert seen(repo.folder) == {"a.go", "b/b.go", "go.mod"}


def test_bytes_belong_to_the_id_even_when_the_file_changes_afterwards(checkout):
    repo = checkout("repo")
    repo.write({"a.go": b"package a\r\n"})
    tree = WorkingTree(find_root(repo.folder))
    blob = tree.paths()["a.go"]
    repo.write({"a.go": b"package b\n"})
    assert blob == blob_id(b"package a\r\n")
    assert tree.read(blob) == b"package a\r\n"


def test_a_file_that_cannot_be_read_is_listed_and_missing(checkout, monkeypatch):
    repo = checkout("repo")
    written(repo.folder, "a.go", "b.go")
    tree = WorkingTree(find_root(repo.folder))
    gone = type(repo.folder).read_bytes

    def vanish(path):  # as when an editor replaces the file between the listing and the reading
        if path.name == "a.go":
            path.unlink()
        return gone(path)

    monkeypatch.setattr(type(repo.folder), "read_bytes", vanish)
    paths = tree.paths()
    assert set(paths) == {"a.go", "b.go"}
    with pytest.raises(BlobMissing):
        tree.read(paths["a.go"])


def test_the_root_is_the_git_top_level(checkout):
    repo = checkout("repo")
    written(repo.folder, "sub/go.mod", "sub/deep/a.go")
    for path in (repo.folder, repo.folder / "sub", repo.folder / "sub/deep/a.go"):
        assert find_root(path).folder == repo.folder.resolve()
    assert find_root(repo.folder / "sub").relative(repo.folder / "sub/deep/a.go") == "sub/deep/a.go"
    assert find_root(repo.folder).relative(repo.folder) == ""


def test_inside_a_nested_repository_that_one_is_the_root(checkout):
    checkout("repo")
    inner = checkout("repo/inner")
    assert find_root(written(inner.folder, "x/a.go") / "x").folder == inner.folder.resolve()


def test_outside_of_git_the_root_is_the_topmost_module_or_workspace(tmp_path):
    written(tmp_path, "w/go.work", "w/m/go.mod", "w/m/p/a.go", "m/go.mod", "m/in/go.mod", "m/in/a.go", "plain/p/a.go")
    assert find_root(tmp_path / "w/m/p/a.go").folder == tmp_path / "w"
    assert find_root(tmp_path / "m/in").folder == tmp_path / "m"
    assert find_root(tmp_path / "plain").folder == tmp_path / "plain"
    assert find_root(tmp_path / "plain/p/a.go").folder == tmp_path / "plain/p"
    assert seen(tmp_path / "m/in") == {"go.mod", "in/go.mod", "in/a.go"}


def test_a_root_below_a_folder_that_would_be_skipped_is_scanned(tmp_path):
    written(tmp_path, "_work/vendor/m/go.mod", "_work/vendor/m/a.go")
    assert seen(tmp_path / "_work/vendor/m") == {"go.mod", "a.go"}


def test_a_link_to_the_root_leads_to_it(checkout, tmp_path):
    repo = checkout("repo")
    written(repo.folder, "a.go")
    (tmp_path / "link").symlink_to(repo.folder)
    assert find_root(tmp_path / "link/a.go").folder == repo.folder.resolve()


def test_a_path_that_is_not_there_and_a_bare_directory(checkout, tmp_path):
    with pytest.raises(CannotRead, match="nowhere: no such file or folder"):
        find_root(tmp_path / "nowhere")
    repo = checkout("repo")
    repo.commit({"a.go": "package a\n"})
    repo.git("clone", "--quiet", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
    with pytest.raises(CannotRead, match="--git-dir"):
        find_root(tmp_path / "bare.git")
