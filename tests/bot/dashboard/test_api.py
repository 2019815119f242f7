"""The API: what its description promises, who may ask, and how a token ends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from sqlalchemy import insert, select, text, update

from bot.cli.main import cli
from bot.store.database import now
from bot.store.findings import Fate
from bot.store.tables import covered, grants, installations, metadata
from tests.bot.dashboard.conftest import Site
from tests.bot.dashboard.seeds import facts, found
from tests.bot.dashboard.test_pages import ODD, bob_csrf, main_of, token
from tests.patience import PATIENCE

API = "/api/v1/orgs/acme"


def validator(document: dict[str, Any], schema: dict[str, Any]) -> OAS31Validator:
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    absolute = {"$ref": f"urn:api{schema['$ref']}"}
    return OAS31Validator(absolute, registry=Registry().with_resource("urn:api", resource))


def test_answers_are_as_the_description_says(site: Site) -> None:
    rockets = site.github.people.repository("acme/rockets", roles={"alice": "read"})
    found(
        site.database,
        rockets,
        1,
        *(facts(f"v{n:02}") for n in range(60)),
        v07=Fate("fixed"),
        v09=Fate("ignored", "b", "c"),
    )
    alice = site.person("alice")
    document = alice.get("/api/v1/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    ours = {re.sub(r"<(?:int:)?number>", "{id}", rule.rule).replace("<account>", "{account}")
            for rule in site.routes.iter_rules() if rule.rule.startswith("/api/v1/orgs")}  # fmt: skip
    assert set(document["paths"]) == ours

    header = {"Authorization": f"Bearer {token(alice)}"}
    first = alice.get(f"{API}/findings?search=held", **header).json()
    id_ = first["findings"][0]["id"]
    for path, item in document["paths"].items():
        asked = path.format(account="acme", id=id_)
        promised = item["get"]["responses"]
        for address, headers, status in ((asked, header, 200), (asked, {}, 401), (asked + "/x", header, 404)):
            answer = alice.get(address, **headers)
            assert answer.status_code == status
            if address == asked:
                schema = promised[str(status)]["content"]["application/json"]["schema"]
                validator(document, schema).validate(answer.json())
    rest = alice.get(f"{API}/findings?search=held&after={first['following']}", **header).json()
    assert (len(first["findings"]), len(rest["findings"]), rest["following"]) == (50, 10, None)
    filters = {one["name"] for one in document["paths"]["/api/v1/orgs/{account}/findings"]["get"]["parameters"]}
    assert set(re.findall(r'name="(\w+)"', alice.get("/orgs/acme/findings").text.partition("<main")[2])) <= filters
    one = alice.get(f"{API}/findings?state=fixed", **header).json()["findings"]
    assert [each["variable"] for each in one] == ["v07"]
    for odd, says in ODD.items():
        wrong = alice.get(f"{API}/findings?{odd}", **header)
        assert wrong.status_code == 400 and says in wrong.json()["error"], odd
        validator(document, {"$ref": "#/components/schemas/Problem"}).validate(wrong.json())
    for path in ("overview", f"findings/{id_}", "heuristics"):
        assert "no parameters" in alice.get(f"{API}/{path}?state=open", **header).json()["error"]
    assert alice.session.post(f"{site.address}{API}/findings", headers=header, timeout=PATIENCE).status_code == 405


def older(site: Site, seconds: float, *names: str) -> None:
    with site.database.write() as connection:
        connection.execute(update(grants).values({name: grants.c[name] - seconds for name in names}))


def test_a_token_shows_what_its_maker_may_see_now(site: Site) -> None:
    people = site.github.people
    secret = people.repository("acme/secret", roles={"alice": "read"}, private=True)
    people.repository("acme/open", roles={"alice": "read", "bob": "read"})
    found(site.database, secret, 1, facts("hidden"))
    alice, program = site.person("alice"), site.person("nobody", logged_in=False)
    held = token(alice)
    header = {"Authorization": f"Bearer {held}"}
    assert held not in alice.get("/orgs/acme/reports").text, "shown once"
    with site.database.read() as connection:
        kept = repr([connection.execute(select(table)).all() for table in metadata.tables.values()])
    given = [*site.github.world.user_tokens, *(one.refresh for one in site.github.world.user_tokens.values())]
    assert not any(one in kept for one in (held, *given)), "a digest, and enciphered"

    def seen() -> tuple[int, int]:
        answer = program.get(f"{API}/findings", **header)
        return answer.status_code, len(answer.json().get("findings", ()))

    assert seen() == (200, 1)
    assert alice.press("/orgs/acme/", "/logout").status_code == 303
    older(site, 8 * 3600, "visible_at", "expires_at")
    before = set(site.github.world.user_tokens)
    assert seen() == (200, 1), "GitHub's token was renewed"
    assert set(site.github.world.user_tokens).isdisjoint(before)
    del secret.roles["alice"]
    older(site, 121, "visible_at")
    assert seen() == (200, 0)
    secret.roles["alice"] = "read"

    site.github.world.user_tokens.clear()
    older(site, 121, "visible_at")
    assert seen()[0] == 401, "nothing is shown on old word"
    assert program.get("/orgs/acme/", **header).url.startswith(site.github.url), "no page is for a token"


def theirs(site: Site) -> int:
    """The number of the one installation."""
    (installation,) = site.github.world.installations
    return installation


def test_how_a_token_ends(site: Site) -> None:
    people = site.github.people
    people.repository("acme/open", roles={"alice": "read", "bob": "read", "carol": "admin", "erin": "admin"})
    alice, bob = site.person("alice"), site.person("bob")
    first, second, other = token(alice), token(alice), token(bob)
    page = "/orgs/acme/reports"

    def status(held: str) -> int:
        return alice.get(f"{API}/overview", Authorization=f"Bearer {held}").status_code

    assert [status(held) for held in (first, second, other, f"{first}x", "")] == [200, 200, 200, 401, 401]
    assert alice.get("/api/v1/orgs/elsewhere/overview", Authorization=f"Bearer {first}").status_code == 404
    (newest, _) = re.findall(r'action="(/orgs/acme/tokens/\d+/revoke)"', alice.get(page).text)
    csrf = bob_csrf(bob.get(page).text)
    assert bob.post(newest, csrf=csrf).status_code == 404 and status(second) == 200, "it is not bob's"
    assert alice.post(newest).status_code == 403 and status(second) == 200, "a form that no page of ours made"
    assert alice.press(page, newest).status_code == 303
    assert [status(held) for held in (first, second, other)] == [200, 401, 200]
    people.revoke("alice")
    site.github.postman.wait()
    assert [status(held) for held in (first, other)] == [401, 200]
    log = main_of(site.person("carol").get("/orgs/acme/audit").text)
    assert re.findall(r"(\w+) (made|revoked on GitHub|revoked) a token for the API number (\d) acme", log) == [
        ("alice", "revoked on GitHub", "1"), ("alice", "revoked", "2"), ("bob", "made", "3"), ("alice", "made", "2"),
        ("alice", "made", "1"),
    ]  # fmt: skip
    people.repository("acme/secret", roles={"dave": "admin"}, private=True)
    with site.database.write() as connection:
        connection.execute(insert(covered).values(repository=999, installation=theirs(site), full_name="acme/secret"))
    assert "Nothing was changed here yet." in main_of(site.person("erin").get("/orgs/acme/audit").text), (
        "not all is hers"
    )
    with site.database.write() as connection:
        connection.execute(text("UPDATE tokens SET expires_at = 1"))
    assert status(other) == 401
    made = [bob.post("/orgs/acme/tokens", csrf=csrf, name="<b>").text for _ in range(21)]
    assert "You have 20 tokens" in made[-1] and "&lt;b&gt;" in made[-1] and "<b>" not in made[-1]


def test_a_badge_is_for_who_was_given_its_address(site: Site) -> None:
    people = site.github.people
    secret = people.repository("acme/secret", roles={"alice": "admin", "bob": "write"}, private=True)
    people.repository("acme/open", roles={"bob": "read"})
    found(site.database, secret, 1, facts("mu"), facts("other"), other=Fate("fixed"))
    alice, bob, anybody = site.person("alice"), site.person("bob"), site.person("x", logged_in=False)
    assert "secret is not public" in main_of(bob.get("/orgs/acme/reports?badge=secret").text)
    assert "/badges/" in bob.get("/orgs/acme/reports?badge=OPEN").text
    (path,) = set(re.findall(r"/badges/[\w./]+svg", alice.get("/orgs/acme/reports?badge=secret").text))
    answer = anybody.get(path)
    assert "concurrency-check: 1 finding<" in answer.text and "secret" not in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    for wrong in (path.replace(str(secret.id), "1"), f"/badges/{secret.id}/{'0' * 40}.svg"):
        assert anybody.get(wrong).status_code == 404


def test_the_digest_by_page_and_by_command(site: Site, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rockets = site.github.people.repository("acme/rockets", roles={"alice": "read"})
    found(
        site.database,
        rockets,
        3,
        facts("mu", message="`mu` <b> @team"),
        facts("other"),
        facts("x"),
        other=Fate("fixed"),
    )
    site.github.postman.wait()
    with site.database.write() as connection:
        connection.execute(installations.delete())
        connection.execute(insert(installations), [{"id": 4, "account": "acme"}, {"id": 5, "account": "Acme"}])
        connection.execute(insert(covered).values(repository=rockets.id, installation=5, full_name="acme/rockets"))
        connection.execute(text("UPDATE history SET at = at - 864000 WHERE what = 'fixed'"))
        assert connection.execute(select(now())).scalar_one()
    alice = site.person("alice")
    page = alice.get("/orgs/acme/digest.md").text
    assert "| first seen | 3 |\n| fixed before merge | 0 |" in page
    assert "| fixed before merge | 1 |" in alice.get("/orgs/acme/digest.md?days=30").text
    assert f"- [acme/rockets#3]({site.github.url}/acme/rockets/pull/3): " in page
    assert r"\`mu\` \<b\> " in page and "@team" not in page
    assert "- acme/rockets: 2 findings" in page

    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "a-key-of-the-tests")
    printed = CliRunner().invoke(cli, ["digest", "ACME", "--repository", "rockets"])
    assert printed.exit_code == 0, printed.output
    assert printed.output.replace("https://github.com", site.github.url) == page.replace("in acme,", "in Acme,")
    for arguments in (["digest", "nobody"], ["digest", "acme", "--repository", "nothing"]):
        assert CliRunner().invoke(cli, arguments).exit_code != 0
