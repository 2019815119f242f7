"""Check runs: made and changed by the App, read by everyone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from bot.demo.double import render, rules
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.state import CheckRun, World

blueprint = Blueprint("checks", __name__)
_REPOSITORY = "/repos/{owner}/{repo}"


@route(blueprint, "POST", f"{_REPOSITORY}/check-runs", "checks:write")
def create(call: Call) -> Any:
    try:
        head = call.repository.git.resolve(str(call.sent.get("head_sha")))
    except KeyError:
        raise Refusal(422, "No commit found for SHA: " + str(call.sent.get("head_sha"))) from None
    now = call.world.now()
    run = CheckRun(
        id=call.world.next_id(),
        suite=int(head[:7], 16),
        name=str(call.sent.get("name")),
        head=head,
        status="queued",
        conclusion=None,
        started=now,
        completed=None,
        external_id=str(call.sent.get("external_id") or ""),
        details_url=str(call.sent.get("details_url") or call.world.url),
    )
    _update(call.world, run, call.sent)
    call.repository.checks[run.id] = run
    return render.check_run(call.world, call.repository, run), 201


@route(blueprint, "GET", f"{_REPOSITORY}/check-runs/{{check_run_id}}", "checks:read")
def check_run(call: Call, check_run_id: int) -> Any:
    return render.check_run(call.world, call.repository, _find(call, check_run_id))


@route(blueprint, "PATCH", f"{_REPOSITORY}/check-runs/{{check_run_id}}", "checks:write")
def update(call: Call, check_run_id: int) -> Any:
    run = _find(call, check_run_id)
    _update(call.world, run, call.sent)
    return render.check_run(call.world, call.repository, run)


@route(blueprint, "GET", f"{_REPOSITORY}/check-runs/{{check_run_id}}/annotations", "checks:read")
def annotations_of(call: Call, check_run_id: int) -> Any:
    run = _find(call, check_run_id)
    blank = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    blob = f"{call.world.api}/repos/{call.repository.full_name}/git/blobs/{run.head}"
    return [{**blank, "blob_href": blob, **note} for note in call.page(run.annotations)]


@route(blueprint, "GET", f"{_REPOSITORY}/commits/{{ref}}/check-runs", "checks:read")
def for_commit(call: Call, ref: str) -> Any:
    try:
        head = call.repository.git.resolve(ref)
    except KeyError:
        raise Refusal(422, f"No commit found for SHA: {ref}") from None
    name, status, app = (call.query.get(key) for key in ("check_name", "status", "app_id"))
    runs = [
        run
        for run in call.repository.checks.values()
        if run.head == head
        and name in (None, run.name)
        and status in (None, run.status)
        and app in (None, str(call.world.app.id))
    ]
    if call.query.get("filter", "latest") == "latest":
        runs = list({run.name: run for run in runs}.values())
    rows = [render.check_run(call.world, call.repository, run) for run in call.page(runs)]
    return {"total_count": len(runs), "check_runs": rows}


def _update(world: World, run: CheckRun, sent: dict[str, Any]) -> None:
    """A conclusion completes a run by itself; annotations are added to those that are there."""
    rule = rules.refuse_check(sent)
    if rule is not None:
        raise Refusal(422, "Invalid request.\n\n" + rule.message)
    run.name = str(sent.get("name") or run.name)
    run.details_url = str(sent.get("details_url") or run.details_url)
    run.external_id = str(sent.get("external_id") or run.external_id)
    run.status = str(sent.get("status") or run.status)
    if sent.get("conclusion"):
        run.status, run.conclusion, run.completed = "completed", str(sent["conclusion"]), world.now()
    elif run.status != "completed":
        run.conclusion = run.completed = None
    output = sent.get("output") or {}
    run.title = output.get("title", run.title)
    run.summary = output.get("summary", run.summary)
    run.text = output.get("text", run.text)
    run.annotations.extend(output.get("annotations") or ())
    if "actions" in sent:
        run.actions = list(sent["actions"])


def _find(call: Call, number: int) -> CheckRun:
    if number not in call.repository.checks:
        raise Refusal(404, "Not Found")
    return call.repository.checks[number]


@route(blueprint, "POST", f"{_REPOSITORY}/statuses/{{sha}}", "statuses:write")
def status(call: Call, sha: str) -> Any:
    """The older interface beside check runs: refused at the gate to an App that did not ask for it."""
    raise Refusal(501, "The double keeps no commit statuses")
