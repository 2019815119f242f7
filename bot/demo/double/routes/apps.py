"""The App: itself, its installations, their tokens, its webhook deliveries."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify

from bot.demo.double import gate, render
from bot.demo.double.api import Call, route
from bot.demo.double.limits import Refusal
from bot.demo.double.state import World
from bot.demo.double.webhooks import Delivery

blueprint = Blueprint("apps", __name__)


@route(blueprint, "GET", "/app", "app")
def app(call: Call) -> Any:
    return render.app(call.world, call.world.app)


@blueprint.post("/app-manifests/<code>/conversions")
def conversion(code: str) -> Response:
    """What the App proves itself with, for a code that is good once; nobody has to be logged in for it."""
    g.template = "/app-manifests/{code}/conversions"
    world: World = current_app.extensions["world"]
    with world.lock:
        if code not in world.codes:
            raise Refusal(404, "Not Found")
        world.codes.remove(code)
        app = world.app
        answer = {
            **render.app(world, app),
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "webhook_secret": app.webhook_secret,
            "pem": app.private_key,
        }
    response = jsonify(answer)
    response.status_code = 201
    return response


@route(blueprint, "GET", "/app/hook/config", "app")
def hook_config(call: Call) -> Any:
    url = call.world.app.webhook_url
    return {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": url}


@route(blueprint, "GET", "/app/installations", "app")
def installations(call: Call) -> Any:
    return [render.installation(call.world, found) for found in call.page(list(call.world.installations.values()))]


@route(blueprint, "GET", "/app/installations/{installation_id}", "app")
def installation(call: Call, installation_id: int) -> Any:
    if installation_id not in call.world.installations:
        raise Refusal(404, "Not Found")
    return render.installation(call.world, call.world.installations[installation_id])


@route(blueprint, "GET", "/repos/{owner}/{repo}/installation", "app")
def installation_of(call: Call) -> Any:
    found = call.world.installation_of(call.repository)
    if found is None:
        raise Refusal(404, "Not Found")
    return render.installation(call.world, found)


@route(blueprint, "POST", "/app/installations/{installation_id}/access_tokens", "app")
def access_token(call: Call, installation_id: int) -> Any:
    if installation_id not in call.world.installations:
        raise Refusal(404, "Not Found")
    token = gate.issue(call.world, call.world.installations[installation_id], call.sent)
    answer = {
        "token": token.text,
        "expires_at": render.moment(token.expires),
        "permissions": token.permissions,
        "repository_selection": "all" if token.repositories is None else "selected",
    }
    return answer, 201


@route(blueprint, "GET", "/installation/repositories", "any")
def repositories(call: Call) -> Any:
    token = call.token
    seen = [found for found in call.world.repositories.values() if token.reaches(found)]
    return {
        "total_count": len(seen),
        "repository_selection": "all" if token.repositories is None else "selected",
        "repositories": [render.repository(call.world, found) for found in call.page(seen)],
    }


@route(blueprint, "GET", "/rate_limit", "any")
def rate_limit(call: Call) -> Any:
    call.limits.refund(call.caller.name)
    headers = call.limits.headers(call.caller.name)
    names = {"limit": "Limit", "remaining": "Remaining", "used": "Used", "reset": "Reset"}
    core = {key: int(headers[f"X-RateLimit-{name}"]) for key, name in names.items()}
    search = {"limit": 30, "remaining": 30, "used": 0, "reset": core["reset"]}
    return {"resources": {"core": core, "search": search, "graphql": core}, "rate": core}


@route(blueprint, "GET", "/app/hook/deliveries", "app")
def deliveries(call: Call) -> Any:
    size = min(int(call.query.get("per_page", 30)), 100)
    newest = sorted(call.postman.deliveries, key=lambda found: -found.id)
    if call.query.get("status") in ("success", "failure"):
        newest = [found for found in newest if found.succeeded == (call.query["status"] == "success")]
    cursor = int(call.query.get("cursor", 0))
    listed = [found for found in newest if not cursor or found.id < cursor]
    if len(listed) > size:
        address = f"{call.world.api}/app/hook/deliveries?per_page={size}&cursor={listed[size - 1].id}"
        call.headers["Link"] = f'<{address}>; rel="next"'
    return [_delivery(found) for found in listed[:size]]


@route(blueprint, "GET", "/app/hook/deliveries/{delivery_id}", "app")
def delivery(call: Call, delivery_id: int) -> Any:
    found = _find(call, delivery_id)
    request = {"headers": dict(found.headers), "payload": found.payload}
    return {
        **_delivery(found),
        "url": found.url,
        "request": request,
        "response": {"headers": {}, "payload": found.answer},
    }


@route(blueprint, "POST", "/app/hook/deliveries/{delivery_id}/attempts", "app")
def redeliver(call: Call, delivery_id: int) -> Any:
    call.postman.redeliver(_find(call, delivery_id))
    return {}, 202


def _find(call: Call, number: int) -> Delivery:
    found = next((one for one in call.postman.deliveries if one.id == number), None)
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _delivery(found: Delivery) -> dict[str, Any]:
    return {
        "id": found.id,
        "guid": found.guid,
        "delivered_at": render.moment(found.at),
        "redelivery": found.redelivery,
        "duration": round(found.seconds, 2),
        "status": "OK" if found.succeeded else found.status_text,
        "status_code": found.status,
        "event": found.event,
        "action": found.payload.get("action"),
        "installation_id": found.payload.get("installation", {}).get("id"),
        "repository_id": found.payload.get("repository", {}).get("id"),
        "throttled_at": None,
    }
