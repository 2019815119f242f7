"""Log-in through GitHub: who comes in, what the browser and the database hold, and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select, text, update

from bot.dashboard.cipher import Cipher
from bot.dashboard.login import local
from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.store.tables import logins, metadata
from tests.bot.dashboard.conftest import Site, serving
from tests.patience import PATIENCE


def age(site: Site, seconds: float) -> None:
    """All that is kept of log-ins is so much older."""
    older = {name: logins.c[name] - seconds for name in ("visible_at", "used_at", "created_at", "expires_at")}
    with site.database.write() as connection:
        connection.execute(update(logins).values(**older))


def test_in_and_out(site: Site) -> None:
    site.github.people.repository("acme/rockets", {"a.go": "package a\n"}, roles={"alice": "admin"}, private=True)
    alice = site.person("alice", logged_in=False)
    front = alice.get("/")
    assert "Log in with GitHub" in front.text and "<script" not in front.text

    asked = alice.session.get(f"{site.address}/orgs/acme/service?a=b", timeout=PATIENCE, allow_redirects=False)
    assert asked.headers["Location"] == "/login?next=/orgs/acme/service?a%3Db"
    page = alice.log_in("/orgs/acme/service?a=b")
    assert page.url == f"{site.address}/orgs/acme/service?a=b"
    assert "rockets" in page.text and "alice" in page.text
    assert alice.get("/").url == f"{site.address}/orgs/acme/", "there is one organisation, so it is shown"

    kept = alice.session.cookies["login"]
    (token,) = site.github.world.user_tokens
    with site.database.read() as connection:
        rows = [connection.execute(select(table)).all() for table in metadata.tables.values()]
    assert not any(secret in repr(rows) for secret in (kept, token, "a-key-of-the-tests"))
    assert "rockets" not in repr(rows[list(metadata.tables).index("logins")]), "names are enciphered too"

    assert alice.post("/logout").status_code == 403, "a form that no page of ours made"
    assert alice.post("/logout", csrf="guess").status_code == 403
    assert alice.press("/orgs/acme/", "/logout").status_code == 303
    assert "Log in with GitHub" in alice.get("/").text
    alice.session.cookies.set("login", kept)
    assert "Log in with GitHub" in alice.get("/").text, "what the browser held is good for nothing any more"


def test_cookies_and_headers(site: Site) -> None:
    site.github.people.repository("acme/rockets", {"a.go": "package a\n"}, roles={"alice": "read"})
    alice = site.person("alice", logged_in=False)
    begun = alice.session.get(f"{site.address}/login", allow_redirects=False, timeout=PATIENCE)
    state = begun.headers["Set-Cookie"]
    assert "HttpOnly" in state and "SameSite=Lax" in state and "Secure" not in state
    query = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["client_id"] == [site.github.world.app.client_id]
    back = requests.get(f"{begun.headers['Location']}&as=alice", timeout=PATIENCE, allow_redirects=False)
    came = alice.session.get(back.headers["Location"], timeout=PATIENCE, allow_redirects=False)
    (login,) = (one for one in came.raw.headers.getlist("Set-Cookie") if one.startswith("login="))
    assert all(flag in login for flag in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"))
    # Every route that needs no more than an account, and what is none.
    plain = {
        rule.rule.replace("<account>", "acme")
        for rule in site.routes.iter_rules()
        if "GET" in rule.methods and rule.arguments <= {"account"}
    }
    for path in (*plain - {"/logout"}, "/orgs/nowhere/", "/nowhere", "/dashboard/static/dashboard.css"):
        headers = alice.session.get(site.address + path, timeout=PATIENCE, allow_redirects=False).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy
        assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
        assert headers["Referrer-Policy"] == "no-referrer"
        assert path.endswith(".css") or headers["Cache-Control"] == "no-store"


def test_by_https_no_cookie_goes_without_it(github: Double, tmp_path: Path, sqlite_file: Path) -> None:
    shutil.copy(sqlite_file, tmp_path / "service.db")
    github.people.repository("acme/rockets", {"a.go": "package a\n"}, roles={"alice": "read"})
    with serving(github, f"sqlite:///{tmp_path}/service.db", public_url="https://check.test") as site:
        begun = requests.get(f"{site.address}/login", allow_redirects=False, timeout=PATIENCE)
        assert "; Secure" in begun.headers["Set-Cookie"]
        back = requests.get(f"{begun.headers['Location']}&as=alice", timeout=PATIENCE, allow_redirects=False)
        target = urlsplit(back.headers["Location"])
        assert target.netloc == "check.test"
        held = {"Cookie": begun.headers["Set-Cookie"].partition(";")[0]}
        here = f"{site.address}{target.path}?{target.query}"
        came = requests.get(here, headers=held, timeout=PATIENCE, allow_redirects=False)
        (login,) = (one for one in came.raw.headers.getlist("Set-Cookie") if "login=" in one)
        assert login.startswith("__Host-login=") and "; Secure" in login


def test_a_log_in_that_was_not_begun_here(site: Site) -> None:
    site.github.people.repository("acme/rockets", {"a.go": "package a\n"}, roles={"alice": "read"})
    mallory, alice = (site.person(name, logged_in=False) for name in ("mallory", "alice"))
    begun = mallory.session.get(f"{site.address}/login", allow_redirects=False, timeout=PATIENCE)
    back = requests.get(f"{begun.headers['Location']}&as=alice", timeout=PATIENCE, allow_redirects=False)
    assert alice.session.get(back.headers["Location"], timeout=PATIENCE).status_code == 403, "another browser's state"
    alice.session.get(f"{site.address}/login", allow_redirects=False, timeout=PATIENCE)
    code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    begun = alice.session.get(f"{site.address}/login", allow_redirects=False, timeout=PATIENCE)
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    answer = alice.get(f"/login/callback?code={code}&state={state}")
    assert answer.status_code == 403 and "did not accept" in answer.text, "another browser's code (PKCE)"
    assert code not in answer.text
    begun = alice.session.get(f"{site.address}/login", allow_redirects=False, timeout=PATIENCE)
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    assert "did not allow it" in alice.get(f"/login/callback?error=access_denied&state={state}").text
    assert alice.get(f"/login/callback?error=access_denied&state={state}").status_code == 403, "it is good once"


@pytest.mark.parametrize("address", ["//evil.test/", "/\\evil.test", "https://evil.test/", "evil", "", "/a\nb"])
def test_nobody_is_sent_elsewhere_after_the_log_in(address: str) -> None:
    assert local(address) == "/"


def test_a_right_that_was_taken_away(site: Site) -> None:
    people = site.github.people
    secret = people.repository("acme/secret", {"a.go": "package a\n"}, roles={"alice": "read"}, private=True)
    people.repository("acme/open", {"a.go": "package a\n"})
    alice, bob = site.person("alice"), site.person("alice")
    assert "secret" in alice.get("/orgs/acme/service").text
    del secret.roles["alice"]
    before = len(site.github.log)
    assert "secret" in alice.get("/orgs/acme/service").text and len(site.github.log) == before, "asked again only later"
    age(site, 121)
    assert "secret" not in alice.get("/orgs/acme/service").text

    site.github.limits.arrange(Fault("GET", "/user$", status=502))
    age(site, 121)
    away = alice.get("/orgs/acme/service")
    assert away.status_code == 503 and "acme" not in away.text, "nothing is shown on old word"
    assert alice.get("/orgs/acme/service").ok

    assert bob.get("/orgs/acme/service").ok
    people.revoke("alice")
    site.github.postman.wait()
    for one in (alice, bob):
        assert "Log in with GitHub" in one.get("/").text, "every browser of theirs, at once"


@pytest.mark.parametrize("seconds", [3_601, 28_801])
def test_a_log_in_ends_by_itself(site: Site, seconds: float) -> None:
    site.github.people.repository("acme/rockets", {"a.go": "package a\n"}, roles={"alice": "read"})
    alice = site.person("alice")
    age(site, seconds)
    assert "Log in with GitHub" in alice.get("/").text
    site.person("alice")
    with site.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM logins")).scalar_one() == 1, "and is forgotten"


def test_a_token_that_github_does_not_know_any_more(site: Site) -> None:
    site.github.people.repository("acme/rockets", {"a.go": "package a\n"}, roles={"alice": "read"})
    alice = site.person("alice")
    site.github.world.user_tokens.clear()
    age(site, 121)
    assert "Log in with GitHub" in alice.get("/").text


def test_another_key_reads_nothing() -> None:
    hidden = Cipher("one").hide("text")
    assert Cipher("one").show(hidden) == "text"
    assert Cipher("other").show(hidden) is None
