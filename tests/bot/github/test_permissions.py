"""The table of permissions against app.yml, against what the double lets in, and against GitHub's own description."""

from __future__ import annotations

import pytest

from bot.demo.double import Double
from bot.demo.double.api import NEEDS
from bot.github.permissions import AS_ITSELF, PERMISSIONS, lacking, usable
from bot.setup.manifest import declared
from tests.judges.judge import rest

ASKED = {one.name: one.access for one in PERMISSIONS}
CALLS = [(call, one.name, one.access) for one in PERMISSIONS for call in one.calls]
LEVELS = ("read", "write")


def test_app_yml_asks_for_the_table_and_nothing_else() -> None:
    said = declared()
    assert said["default_permissions"] == ASKED
    automatic = {"check_run", "check_suite"}
    assert (
        sorted(event for one in PERMISSIONS for event in one.events if event not in automatic) == said["default_events"]
    )


@pytest.mark.parametrize(("call", "name", "access"), CALLS)
def test_each_call_is_one_that_its_permission_lets_in(call: str, name: str, access: str) -> None:
    with Double():
        accepted = NEEDS[call].split("|")
    if accepted == ["any"]:
        return  # GraphQL looks at each field
    assert any(
        need.split(":")[0] == name and LEVELS.index(need.split(":")[1]) <= LEVELS.index(access) for need in accepted
    )


def test_github_knows_each_call_and_opens_it_to_apps() -> None:
    paths = rest().document["paths"]
    optional = [call for one in PERMISSIONS for call in one.more[1]]
    for call in [*(call for call, _, _ in CALLS if "graphql" not in call), *optional]:
        verb, _, path = call.partition(" ")
        assert paths[path][verb.lower()]["x-github"]["enabledForGitHubApps"], call
    assert all(call.partition(" ")[2] in paths for call in AS_ITSELF)


def test_a_token_asks_for_what_is_granted_and_made_use_of() -> None:
    assert usable({**ASKED, "administration": "write"}) == ASKED
    assert usable({**ASKED, "contents": "write"}) == ASKED
    assert usable({**ASKED, "issues": "write"}) == {**ASKED, "issues": "write"}, "for reactions in the conversation"
    assert usable({"metadata": "read", "checks": "read"}) == {"metadata": "read", "checks": "read"}
    assert lacking(ASKED) == {}
    assert lacking({**ASKED, "checks": "read"}) == {"checks": "write"}
