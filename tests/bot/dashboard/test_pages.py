"""The pages: what they tell, to whom, and with how many queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, select, update

from bot.dashboard.charts import CHARTS
from bot.store import baselines, demotions, repositories, subjects, sweeps
from bot.store.baselines import Progress
from bot.store.database import Database
from bot.store.findings import Fate
from bot.store.tables import findings as rows
from bot.values import Kind
from bot.work.queue import Queue
from tests.bot.dashboard.conftest import Person, Site
from tests.bot.dashboard.seeds import facts, found, given_up
from tests.bot.dashboard.test_login import age

ALL = ("", "findings", "heuristics", "pulls", "reports", "service", "audit")


def main_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


# What cannot be meant is not passed over: it would show other findings than those that were asked for.
KEY = "after: as the page before gave it"
ODD = {
    "after=abc": KEY, "after=1,2,3": KEY, "after=1.5": KEY, f"after=1.5,{'9' * 30}": KEY, "after=1.5e999,1": KEY,
    "after=1,2&sort=gravest": KEY, "sort=x": "sort: one of newest, oldest, gravest", "state=opne": "state: one of open",
    "severity=bad": "severity: one of error", "where=x": "where: one of pulls, standing", "younger=-1": "younger: a",
    "older=9999999999": "older: a number from 1 to", "older=0": "older: a number", "pull=seven": "pull: a number",
    "search=%00": "search: at most 200", f"owner={'x' * 201}": "owner: at most 200", "search=" + "a+" * 11: "10 words",
    "stat=open": "known parameters here are search, repository", "state=open&state=fixed": "state: once, please",
}  # fmt: skip


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(database._reader, "before_cursor_execute", note)
    yield sent
    event.remove(database._reader, "before_cursor_execute", note)


def test_from_the_first_day_to_a_full_account(site: Site) -> None:
    people = site.github.people
    rockets, tools = (people.repository(f"acme/{name}", roles={"alice": "write"}) for name in ("rockets", "tools"))
    alice = site.person("alice")
    for path, says in (
        ("", "No findings yet."), ("findings", "No findings yet."), ("heuristics", "Nothing was told yet."),
        ("pulls", "No pull request was seen yet."), ("service", "It has not run yet"),
    ):  # fmt: skip
        assert says in main_of(alice.get(f"/orgs/acme/{path}").text)
    assert "Audit log" not in alice.get("/orgs/acme/").text
    assert "/organizations/acme/settings/installations/" in alice.get("/orgs/acme/service").text
    people.repository("alice/own", roles={"alice": "admin"})
    assert f'href="{site.github.url}/settings/installations/' in site.person("alice").get("/orgs/alice/service").text
    assert alice.get("/orgs/ACME/").ok, "letter case is as it is on GitHub"

    found(site.database, rockets, 1, facts("mu"), facts("other"), mu=Fate("fixed"))
    found(site.database, rockets, 2, facts("mu"), facts("lost"), lost=Fate("merged"))
    found(site.database, tools, 5, facts("lock", severity="note", grade=0, heuristic="loop-var-capture", owners=""),
          lock=Fate("ignored", "bob", "one goroutine <only>"))  # fmt: skip
    repositories.note(site.database, repositories.Repository(rockets.id, "check-only", ".concurrency-check.yml"))
    sweeps.note(site.database, "stuck checks", 3)

    overview = main_of(alice.get("/orgs/acme/").text)
    assert all(f"{label} {many}" in overview for label, many in (
        ("open", 2), ("fixed before merge", 1), ("merged with it", 1), ("ignored", 1), ("resolved here", 0)
    ))  # fmt: skip
    assert "rockets 3" in overview and "ignored by bob" in overview
    worth = main_of(alice.get("/orgs/acme/heuristics").text)
    assert "lock-leak-on-return 100 % 21 % to 100 % 4 1 0 1 2" in worth
    assert "tools 0 % 0 % to 79 % 1 0 1 0 0 inline" in main_of(alice.get("/orgs/acme/heuristics/loop-var-capture").text)
    service = main_of(alice.get("/orgs/acme/service").text)
    assert (
        "rockets check-only .concurrency-check.yml" in service
        and "tools not reviewed yet" in service
        and "stuck checks 3" in service
    )


def test_what_stands_in_default_branches(site: Site) -> None:
    people, database = site.github.people, site.database
    rockets = people.repository("acme/rockets", roles={"alice": "write", "bob": "read"})
    secret = people.repository("acme/secret", roles={"alice": "admin"}, private=True)
    site.github.postman.wait()
    alice, bob = site.person("alice"), site.person("bob")

    def told(path: str, who: Person = alice) -> str:
        return main_of(who.get(f"/orgs/acme/{path}").text)

    assert "No findings yet." in told("") and "The default branches of 0 of 2 repositories are counted" in told("")
    assert "rockets not reviewed yet waits" in told("service") and "secret not reviewed yet not counted yet" in told(
        "service"
    )
    (held,) = Queue(database, 60).claim(9)
    while held.claim.subject.kind is not Kind.BASELINE:
        held.queue.finish(held.claim)
        (held,) = Queue(database, 60).claim(9)
    assert "rockets not reviewed yet is being counted" in told("service")
    baselines.note(database, rockets.id, Progress("a" * 40, 100, 400))
    assert "rockets not reviewed yet 100 of 400 files counted" in told("service")
    found(database, rockets, 2, facts("merged"), facts("open"), merged=Fate("merged"))
    assert "rockets 2 · 100 of 400 files counted" in told(""), "what was merged, as long as nothing was counted"
    found(
        database,
        rockets,
        0,
        facts("merged", told=""),
        facts("old", told=""),
        facts("gone", told=""),
        gone=Fate("fixed"),
    )
    baselines.note(database, rockets.id, Progress("a" * 40, 400, 400, "pkg/a.go:3: a declaration here does not parse"))
    assert held.queue.finish(held.claim)
    found(database, secret, 0, facts("hidden", told=""))
    assert "rockets 3 2 now in part" in told("") and "secret 1 1 not counted yet" in told("")
    assert "standing in default branches 3" in told("") and "standing in default branches 2" in told("", bob)
    assert "The default branch of 1 of 1 repository is counted" in told("", bob)
    assert "what is missing pkg/a.go:3: a declaration here does not parse Count now" in told("service")
    assert "Count now" not in told("service", bob) and "hidden" not in told("findings?where=standing", bob)
    listed = told("findings?where=standing&state=open")
    assert all(name in listed for name in ("merged", "old", "hidden")) and "gone" not in listed
    with database.read() as connection:
        id_ = connection.execute(select(rows.c.id).where(rows.c.variable == "old")).scalar_one()
    assert "first seen at aaaaaaaaaa" in told(f"findings/{id_}") and "told nobody" in told(f"findings/{id_}")

    ask = f"/orgs/acme/baselines/{rockets.id}"
    csrf = bob_csrf(bob.get("/orgs/acme/").text)
    assert bob.post(ask, csrf=csrf).status_code == 403
    assert bob.post(f"/orgs/acme/baselines/{secret.id}", csrf=csrf).status_code == 404
    assert alice.post(ask).status_code == 403
    assert alice.press("/orgs/acme/service", ask).status_code == 303
    assert baselines.rest(database, rockets.id) == 0
    (held,) = Queue(database, 60).claim(9)
    assert held.claim.subject.key == f"baseline/{rockets.id}"
    held.queue.broken(held.claim, "no luck", tries=1)
    assert "not counted : no luck" in told("service")


def test_findings_are_found(site: Site) -> None:
    people = site.github.people
    rockets, tools = (people.repository(f"acme/{name}", roles={"alice": "read"}) for name in ("rockets", "tools"))
    found(site.database, rockets, 1, *(facts(f"v{n:02}") for n in range(60)), v07=Fate("fixed"))
    found(
        site.database,
        tools,
        0,
        facts("standing", severity="note", grade=0, heuristic="loop-var-capture", owners=" @bob "),
    )
    with site.database.write() as connection:
        connection.execute(update(rows).where(rows.c.variable == "v03").values(seen_at=rows.c.seen_at - 40 * 86_400))
    alice = site.person("alice")

    def variables(query: str) -> list[str]:
        text = alice.get(f"/orgs/acme/findings?{query}").text
        return re.findall(r"<code>(\w+)</code> is still held", text)

    everything = [f"v{n:02}" for n in range(60)] + ["standing"]
    for sort in ("newest", "oldest", "gravest"):
        page = alice.get(f"/orgs/acme/findings?sort={sort}")
        first = re.findall(r"<code>(\w+)</code> is still held", page.text)
        (following,) = re.findall(r'rel="next" href="([^"]*)"', page.text)
        second = alice.get(following.replace("&amp;", "&")).text
        rest = re.findall(r"<code>(\w+)</code> is still held", second)
        assert (len(first), sorted(first + rest)) == (50, sorted(everything)), "each once, whatever the order"
        assert "First page" in second and 'rel="next"' not in second
        assert {"newest": rest[-1] == "v03", "oldest": first[0] == "v03", "gravest": rest[-1] == "standing"}[sort]
    for query, names in (
        ("repository=tools", ["standing"]), ("severity=note", ["standing"]),
        ("heuristic=loop-var-capture", ["standing"]),
        ("where=standing", ["standing"]), ("owner=@bob", ["standing"]), ("state=fixed", ["v07"]), ("older=30", ["v03"]),
        ("repository=rockets&pull=2", []), ("pull=1&search=V12", ["v12"]),
        ("search=V12", ["v12"]), ("search=pkg/v1+held&family=lock-path&younger=7&state=open&sort=oldest",
                                  [f"v{n}" for n in range(10, 20)]),
        ("search=100%25", []), ("owner=@bo", []),
    ):  # fmt: skip
        assert variables(query) == names, query
    assert "Nothing matches." in alice.get("/orgs/acme/findings?search=nowhere").text
    for odd, says in ODD.items():
        answer = alice.get(f"/orgs/acme/findings?{odd}")
        assert answer.status_code == 400 and says in main_of(answer.text), (odd, answer.text)
        if not odd.startswith("after"):
            assert alice.get(f"/orgs/acme/findings.csv?{odd}").status_code == 400
    others = (
        "findings.csv?after=1",
        "digest.md?days=91",
        "digest.md?day=1",
        "pulls?state=x",
        "charts/weeks.svg?theme=x",
    )
    assert {alice.get(f"/orgs/acme/{path}").status_code for path in others} == {400}
    assert len(variables("state=&severity=&pull=&after=&younger=")) == 50, "what a form leaves empty is for all"


def test_one_finding(site: Site) -> None:
    rockets = site.github.people.repository("acme/rockets", roles={"alice": "read"})
    found(
        site.database, rockets, 3, facts("mu", message="`mu` & <b>"), mu=Fate("ignored", "bob", "never <i>shared</i>")
    )
    found(site.database, rockets, 4, facts("mu"))
    alice = site.person("alice")
    with site.database.read() as connection:
        id_ = connection.execute(select(rows.c.id).where(rows.c.number == 3)).scalar_one()
    page = alice.get(f"/orgs/acme/findings/{id_}").text
    github = site.github.url
    for link in (
        f"{github}/acme/rockets/blob/{'a' * 40}/pkg/mu.go#L3", f"{github}/acme/rockets/blob/{'a' * 40}/pkg/mu.go#L7-L8",
        f"{github}/acme/rockets/pull/3#discussion_r99", f"{github}/acme/rockets/commit/{'a' * 40}",
        "/heuristics/lock-leak-on-return",
    ):  # fmt: skip
        assert f'href="{link}"' in page
    assert "<h1><code>mu</code> &amp; &lt;b&gt;</h1>" in page
    told = main_of(page)
    assert "no release on this path" in told and "in a comment" in told and "@acme/core" in told
    assert "first seen at aaaaaaaaaa" in told and "ignored by bob" in told and "never &lt;i&gt;shared" in told
    assert "The same finding elsewhere in rockets" in told and "rockets #4" in told


def test_a_demotion_is_told_and_an_administrator_lifts_it(site: Site) -> None:
    roles = {"alice": "admin", "bob": "write"}
    rockets = site.github.people.repository("acme/rockets", roles=roles)
    names = [f"v{n}" for n in range(5)]
    found(site.database, rockets, 1, *map(facts, names), **dict.fromkeys(names, Fate("resolved", "bob")))
    assert demotions.judge(site.database, rockets.id, demotions.Measure(percent=75)) == ()
    assert demotions.judge(site.database, rockets.id, demotions.Measure()) == ("lock-leak-on-return",)
    alice, bob = site.person("alice"), site.person("bob")
    page, restore = "/orgs/acme/heuristics/lock-leak-on-return", "/orgs/acme/heuristics/lock-leak-on-return/restore"
    assert "5 of its last 5 decided findings" in main_of(bob.get("/orgs/acme/heuristics").text)
    assert "An administrator of the repository can" in main_of(bob.get(page).text)
    form = {"repository": str(rockets.id), "csrf": bob_csrf(bob.get(page).text)}
    assert bob.post(restore, **form).status_code == 403
    assert alice.post(restore, repository=str(rockets.id)).status_code == 403
    assert demotions.of(site.database, rockets.id)
    assert alice.press(page, restore).status_code == 303
    assert demotions.of(site.database, rockets.id) == {}
    assert "alice let comment again lock-leak-on-return rockets" in main_of(alice.get("/orgs/acme/audit").text)
    assert "For administrators." in main_of(bob.get("/orgs/acme/audit").text)


def bob_csrf(page: str) -> str:
    """The token that a page's forms carry."""
    return re.findall(r'name="csrf" value="([^"]*)"', page)[0]


def test_a_review_that_was_given_up_is_tried_again(site: Site) -> None:
    rockets = site.github.people.repository("acme/rockets", roles={"alice": "read", "bob": "write"})
    id_ = given_up(site.database, rockets, 7, "GitHub answered 502")
    alice, bob = site.person("alice"), site.person("bob")
    for path in ("pulls", "service", "pulls?state=failed"):
        told = main_of(alice.get(f"/orgs/acme/{path}").text)
        assert "GitHub answered 502" in told and "delivery-7" in told
    assert "Try again" not in main_of(alice.get("/orgs/acme/pulls").text)
    retry = f"/orgs/acme/pulls/{id_}/retry"
    assert alice.post(retry, csrf=bob_csrf(alice.get("/orgs/acme/").text)).status_code == 403
    assert subjects.counts(site.database)["failed"] == 1
    assert bob.press("/orgs/acme/pulls", retry).status_code == 303
    assert subjects.counts(site.database)["failed"] == 0
    assert "queued" in main_of(bob.get("/orgs/acme/pulls").text)


def token(person: Person, account: str = "acme") -> str:
    """A token for the API that somebody makes on the page."""
    csrf = bob_csrf(person.get(f"/orgs/{account}/reports").text)
    (made,) = re.findall(r"ccheck_[\w-]+", person.post(f"/orgs/{account}/tokens", csrf=csrf, name="a program").text)
    return str(made)


def test_nobody_sees_a_repository_that_is_not_theirs_by_any_route(site: Site) -> None:
    people = site.github.people
    open_ = people.repository("acme/open", roles={"alice": "admin", "mallory": "admin"})
    secret = people.repository("acme/classified", roles={"alice": "admin"}, private=True)
    people.repository("hidden-org/vault", roles={"alice": "admin"}, private=True)
    found(site.database, open_, 1, facts("seen"))
    found(site.database, secret, 1, facts("private"), facts("gone"), gone=Fate("ignored", "secretive", "because"))
    repositories.note(site.database, repositories.Repository(secret.id, "check-only", "hush.yml"))
    failed = given_up(site.database, secret, 41, "no luck with classified")
    names = [f"n{n}" for n in range(5)]
    found(site.database, secret, 2, *map(facts, names), **dict.fromkeys(names, Fate("resolved", "secretive")))
    demotions.judge(site.database, secret.id, demotions.Measure())
    alice, mallory = site.person("alice"), site.person("mallory")
    with site.database.read() as connection:
        id_ = connection.execute(select(rows.c.id).where(rows.c.variable == "private")).scalar_one()
    assert alice.press("/orgs/acme/heuristics/lock-leak-on-return",
                       "/orgs/acme/heuristics/lock-leak-on-return/restore").status_code == 303  # fmt: skip
    routes = [
        *(f"/orgs/acme/{path}" for path in ALL), "/", f"/orgs/acme/findings/{id_}", "/orgs/hidden-org/",
        "/orgs/acme/findings?repository=classified", "/orgs/acme/findings?search=private",
        "/orgs/acme/findings?owner=@acme/core", "/orgs/acme/heuristics/lock-leak-on-return",
        "/orgs/acme/pulls?state=failed", f"/orgs/hidden-org/findings/{id_}", "/orgs/acme/findings?state=ignored",
        *(f"/orgs/acme/findings.{kind}" for kind in ("csv", "json", "sarif")),
        *(f"/orgs/acme/charts/{name}.svg" for name in CHARTS),
        "/orgs/acme/findings.csv?repository=classified", "/orgs/acme/findings.json?search=private",
    ]  # fmt: skip
    routes += ["/orgs/acme/reports?badge=open", "/orgs/acme/digest.md", "/orgs/acme/digest.md?days=90"]
    by_token = [f"/api/v1{path}" for path in (
        "/orgs/acme/overview", "/orgs/acme/findings", "/orgs/acme/findings?search=private", "/orgs/acme/heuristics",
        "/orgs/acme/findings?owner=@acme/core", f"/orgs/acme/findings/{id_}",
    )]  # fmt: skip
    token_of = {one: {"Authorization": f"Bearer {token(one)}"} for one in (alice, mallory)}
    routes += by_token
    match = site.routes.bind("here").match
    ours = {rule.endpoint for rule in site.routes.iter_rules() if "/orgs/" in rule.rule and "GET" in rule.methods}
    assert ours <= {match(path.partition("?")[0])[0] for path in routes}, "a route that nobody tried here"
    for path in routes:
        mine, theirs = (one.get(path, **(token_of[one] if path in by_token else {})) for one in (alice, mallory))
        hits = [word for word in ("classified", "private", "hush", "secretive", "vault", "hidden-org", "delivery-41")
                if word in theirs.text.replace("search=private", "").replace('value="private"', "")]  # fmt: skip
        assert not hits, (path, hits)
        assert mine.ok or "hidden-org/findings" in path, path
    assert "1 repository" in main_of(mallory.get("/orgs/acme/").text) and "open 1" in main_of(
        mallory.get("/orgs/acme/").text
    )
    csrf = bob_csrf(mallory.get("/orgs/acme/").text)
    pairs = [
        (f"/orgs/acme/findings/{id_}", f"/orgs/acme/findings/{id_ + 10_000}"),
        ("/orgs/acme/findings?repository=classified", "/orgs/acme/findings?repository=no-such"),
        ("/orgs/hidden-org/", "/orgs/no-such/"),
        ("/orgs/hidden-org/findings", "/orgs/no-such/findings"),
        ("/orgs/acme/reports?badge=classified", "/orgs/acme/reports?badge=no-such"),
        ("/orgs/acme/findings.csv?repository=classified", "/orgs/acme/findings.csv?repository=no-such"),
    ]
    for real, not_real in (
        (f"/api/v1/orgs/acme/findings/{id_}", f"/api/v1/orgs/acme/findings/{id_ + 10_000}"),
        ("/api/v1/orgs/acme/findings?repository=classified", "/api/v1/orgs/acme/findings?repository=no-such"),
        ("/api/v1/orgs/hidden-org/findings", "/api/v1/orgs/no-such/findings"),
    ):
        one, other = (mallory.get(path, **token_of[mallory]) for path in (real, not_real))
        assert (one.status_code, one.text) == (404, other.text)
    for real, not_real in pairs:
        one, other = mallory.get(real), mallory.get(not_real)
        assert (one.status_code, one.text) == (404, other.text), "what is not, and what may not be seen, are the same"
    revoking = re.search(r'"(/orgs/acme/tokens/\d+/revoke)"', alice.get("/orgs/acme/reports").text)
    assert revoking is not None
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        (f"/orgs/acme/pulls/{failed}/retry", {}), (f"/orgs/acme/pulls/{failed + 10_000}/retry", {}),
        ("/orgs/acme/heuristics/lock-leak-on-return/restore", {"repository": str(secret.id)}),
        ("/orgs/acme/heuristics/lock-leak-on-return/restore", {"repository": "12345"}),
        (f"/orgs/acme/baselines/{secret.id}", {}), ("/orgs/acme/baselines/12345", {}), (revoking[1], {}),
        ("/orgs/hidden-org/tokens", {}),
    )  # fmt: skip
    written = {rule.endpoint for rule in site.routes.iter_rules() if "/orgs/" in rule.rule and "POST" in rule.methods}
    assert written == {match(path, method="POST")[0] for path, _ in forms}, "a form that nobody tried here"
    for path, form in forms:
        answer = mallory.post(path, csrf=csrf, **form)
        assert (answer.status_code, "classified" in answer.text) == (404, False)
    assert subjects.counts(site.database)["failed"] == 1
    secret.roles["mallory"] = "read"
    age(site, 121)
    assert mallory.get(f"/orgs/acme/findings/{id_}").ok


def test_queries_do_not_grow_with_rows(site: Site) -> None:
    people = site.github.people
    few = people.repository("few/one", roles={"alice": "admin"})
    many = [people.repository(f"many/r{n}", roles={"alice": "admin"}) for n in range(9)]
    for at, repository in enumerate((few, *many)):
        for number in range(1, 4):
            found(site.database, repository, number, *(facts(f"v{n}") for n in range(number * (at + 1))))
        given_up(site.database, repository, 50 + at, "no")
    site.github.postman.wait()  # what a webhook leads to is not to be counted
    alice = site.person("alice")
    with site.database.read() as connection:
        ids = {row.repository: row.id for row in connection.execute(select(rows.c.repository, rows.c.id))}
    for path in (*ALL, "heuristics/lock-leak-on-return", "findings/{}"):
        numbers = []
        for account, repository in (("few", few), ("many", many[-1])):
            with counted(site.database) as sent:
                assert alice.get(f"/orgs/{account}/{path.format(ids[repository.id])}").ok
            numbers.append(len([one for one in sent if not one.startswith("BEGIN")]))
        assert numbers[0] == numbers[1] <= 10, (path, numbers)
