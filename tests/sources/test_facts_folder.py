"""The facts cache of the command line: it remembers, shares, forgets in time, and never complains."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from bot.sources.facts_folder import FactsFolder, user_facts

WRITER = """
import sys
from pathlib import Path
from bot.sources.facts_folder import FactsFolder
for turn in range(20):
    with FactsFolder(Path(sys.argv[1]), wait=60) as cache:
        cache.put({f"{sys.argv[2]} {turn} {n}": b"x" * 1000 for n in range(50)})
"""


def test_what_was_put_is_there_in_this_run_and_in_the_next(tmp_path):
    with FactsFolder(tmp_path) as cache:
        cache.put({"a": b"1", "b": b"2"})
        assert cache.get(["a", "c"]) == {"a": b"1"}
    with FactsFolder(tmp_path) as cache:
        cache.put({"a": b"other"})  # equal keys mean equal facts: the first stays
        many = [str(number) for number in range(3000)]
        assert cache.get(["b", *many]) == {"b": b"2"}
        cache.put(dict.fromkeys(many, b"3"))
    with FactsFolder(tmp_path) as cache:
        assert cache.get(["a"]) == {"a": b"1"}
        assert len(cache.get(many)) == 3000


def test_processes_write_at_the_same_time(tmp_path):
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in ("one", "two", "three")
    ]
    assert [each.wait() for each in started] == [0, 0, 0]
    with FactsFolder(tmp_path) as cache:
        keys = [f"{name} {turn} {n}" for name in ("one", "two", "three") for turn in range(20) for n in range(50)]
        assert len(cache.get(keys)) == 3000


def test_threads_share_one(tmp_path):
    with FactsFolder(tmp_path) as cache, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: cache.put({str(number): b"x"}), range(500)))
        assert all(pool.map(lambda number: cache.get([str(number)]), range(500)))


def test_the_older_half_goes_when_the_file_grows_too_large(tmp_path):
    limit = 1 << 20
    for turn in range(40):
        with FactsFolder(tmp_path, limit) as cache:
            cache.put({f"{turn} {n}": bytes(10_000) for n in range(10)})
    assert (tmp_path / "facts.sqlite3").stat().st_size < 2 * limit
    with FactsFolder(tmp_path, limit) as cache:
        assert cache.get(["39 9"]) and not cache.get(["0 0"])


def test_a_damaged_file_is_replaced_for_the_next_run(tmp_path):
    (tmp_path / "facts.sqlite3").write_bytes(b"this is no database, and long enough to be looked at" * 100)
    with FactsFolder(tmp_path) as cache:
        cache.put({"a": b"1"})
        assert cache.get(["a"]) == {}
    with FactsFolder(tmp_path) as cache:
        cache.put({"a": b"1"})
        assert cache.get(["a"]) == {"a": b"1"}


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with FactsFolder(tmp_path / "file" / "below") as cache:
        cache.put({"a": b"1"})
        assert cache.get(["a"]) == {}


def test_the_place_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with user_facts():
        assert (tmp_path / "cache/concurrency-check/facts.sqlite3").exists()
        assert (tmp_path / "cache/concurrency-check").stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with user_facts():
        assert (tmp_path / "home/.cache/concurrency-check/facts.sqlite3").exists()
