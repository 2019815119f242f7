"""`explain` from outside: pages of heuristics, and findings by fingerprint."""

from __future__ import annotations

import json

import pytest

from heuristics import catalogue

LEAK = """package queue

import "sync"

type Queue struct{ mtx sync.Mutex }

func (q *Queue) Take(ready bool) {
	q.mtx.Lock()
	if !ready {
		return
	}
	q.mtx.Unlock()
}
"""


@pytest.mark.parametrize("heuristic", catalogue(), ids=lambda heuristic: heuristic.name)
def test_every_heuristic_has_a_page(heuristic, run, tmp_path):
    ran = run("explain", heuristic.name, here=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"# {heuristic.title}\n\n{heuristic.name} (family {heuristic.family}): ")
    assert heuristic.page.strip() in ran.out


def test_an_unknown_name_offers_the_nearest(run, tmp_path):
    ran = run("explain", "lock-leak-on-retrun", here=tmp_path)
    assert ran.code == 2 and "did you mean lock-leak-on-return" in ran.err and ran.err.count("\n") == 1
    ran = run("explain", "abc", here=tmp_path)  # too short for a fingerprint
    assert ran.code == 2 and "no heuristic is named 'abc'" in ran.err


def test_a_fingerprint_is_found_again_with_its_evidence_and_page(checkout, run):
    repo = checkout("repo")
    repo.write({"deep/queue.go": LEAK, "go.mod": "module example.test/q\n"})
    (finding,) = json.loads(run("scan", "--format", "json", here=repo.folder).out)["findings"]
    for digits in (8, 64):
        ran = run("explain", finding["fingerprint"][:digits], here=repo.folder / "deep")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("error[lock-leak-on-return]: ") and "--> deep/queue.go:10:" in ran.out
        assert f"fingerprint {finding['fingerprint']}\n" in ran.out
        assert all(fact in ran.out for fact in finding["evidence"])
        assert "\n# " in ran.out
    repo.write(
        {
            "deep/queue.go": LEAK.replace(
                "\t\treturn", "\t\treturn //concurrency-check:ignore lock-leak-on-return wanted"
            )
        }
    )
    ran = run("explain", finding["fingerprint"], here=repo.folder)
    assert ran.code == 0 and "= silenced: deep/queue.go:10 wanted" in ran.out


def test_a_fingerprint_that_is_not_there(checkout, run):
    ran = run("explain", "0123abcd", here=checkout("repo").folder)
    assert ran.code == 3 and ran.err.startswith("concurrency-check: 0123abcd: no finding") and ran.err.count("\n") == 1
