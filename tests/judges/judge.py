"""Holds every exchange with the double, and every webhook that it sends, against GitHub's own descriptions."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLSchema, build_schema, parse, validate
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from bot.demo.double import Double
from bot.demo.double.api import Exchange
from bot.demo.double.webhooks import Delivery
from tests.judges.fetch import CACHE, kept

# Where GitHub's description is stricter than GitHub: part of the endpoint, key of the value, what is known instead.
EXCEPTIONS = (
    ("/pulls/", "line", "an outdated comment has no line; well known, yet typed as a plain integer"),
    ("/pulls/", "position", "an outdated comment has no position"),
    ("/pulls/", "original_line", "a comment on a whole file has no line"),
    ("/pulls/", "original_position", "a comment on a whole file has no position"),
    ("/pulls/", "start_side", "nullable, but its enumeration lacks null"),
    ("/check-runs", "conclusion", "nullable, but its enumeration lacks null"),
    ("/installations", "account", "allOf of a user and an enterprise, which nothing can be at once"),
)


class Judge:
    """Collects what does not agree; `verdict` raises AssertionError when there is anything."""

    def __init__(self, double: Double) -> None:
        self.complaints: list[str] = []
        double.watchers.append(self.exchange)
        double.on_delivery(self.delivery)

    def verdict(self) -> None:
        """Everything that was sent and answered so far agrees with the descriptions."""
        assert not self.complaints, "\n".join(self.complaints)

    def exchange(self, exchange: Exchange) -> None:
        """Judges a request of the client and the answer of the double."""
        where = f"{exchange.method} {exchange.path} -> {exchange.status}"
        if exchange.template == "/graphql":
            self.complaints.extend(f"{where}: {error}" for error in graphql_errors(str(exchange.sent["query"])))
            return
        operation = _openapi()["paths"].get(exchange.template, {}).get(exchange.method.lower())
        if operation is None:
            self.complaints.append(f"{where}: no such endpoint in the description")
            return
        refused = exchange.status >= 400
        for complaint in (*_query(operation, exchange), *(() if refused else _sent(operation, exchange))):
            self.complaints.append(f"{where}: {complaint}")
        for complaint in _answer(operation, exchange):
            self.complaints.append(f"{where}: answer: {complaint}")

    def delivery(self, delivery: Delivery) -> None:
        """Judges a webhook that the double sent."""
        action = str(delivery.payload.get("action", "")).replace("_", "-")
        name = delivery.event.replace("_", "-") + (f"-{action}" if action else "")
        validator = _webhook(name)
        if validator is None:
            self.complaints.append(f"webhook {name}: not in the description")
            return
        for error in validator.iter_errors(delivery.payload):
            self.complaints.append(f"webhook {name}: {_tell(error)}")


@functools.cache
def graphql_schema() -> GraphQLSchema:
    """GitHub's public GraphQL schema; taken as it is, for it defines some fields twice."""
    return build_schema(kept("schema.graphql").read_text(), assume_valid=True)


def graphql_errors(query: str) -> list[str]:
    """What is wrong with a query by GitHub's schema."""
    return [error.message for error in validate(graphql_schema(), parse(query))]


@functools.cache
def _openapi() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CACHE / "pruned.json").read_text())
    return document


@functools.cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = Resource(contents=_openapi(), specification=DRAFT4)
    return Registry().with_resource("urn:github", resource)


@functools.cache
def _validator(schema: str) -> OAS30Validator:
    absolute = schema.replace('"#/components', '"urn:github#/components')
    return OAS30Validator(json.loads(absolute), registry=_registry())


def _follow(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself, or what its $ref leads to."""
    while "$ref" in node:
        target: Any = _openapi()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _query(operation: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    declared = {_follow(one)["name"]: _follow(one) for one in operation.get("parameters", ())}
    for name, value in exchange.query.items():
        if name not in declared:
            yield f"query parameter {name} is not in the description"
            continue
        schema = _follow(declared[name]["schema"])
        typed: Any = int(value) if schema.get("type") == "integer" and value.isdigit() else value
        for error in _validator(json.dumps(schema)).iter_errors(typed):
            yield f"query parameter {name}: {_tell(error)}"


def _sent(operation: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    body = operation.get("requestBody")
    if body is None:
        if exchange.sent:
            yield "a body was sent where the description has none"
        return
    schema = body["content"]["application/json"]["schema"]
    for error in _validator(json.dumps(schema)).iter_errors(exchange.sent or {}):
        yield _tell(error)
    yield from _misspelt(schema, exchange.sent or {}, "")


def _misspelt(schema: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    """Keys that the description does not name: it accepts them, GitHub ignores them, and the client meant something."""
    if isinstance(value, list):
        for entry in value:
            yield from _misspelt(_follow(schema).get("items", {}), entry, f"{path}[]")
    if not isinstance(value, dict):
        return
    known = _properties(schema)
    for key, inner in value.items():
        if known and key not in known:
            yield f"{path}/{key} is not in the description"
        elif key in known:
            yield from _misspelt(known[key], inner, f"{path}/{key}")


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    schema = _follow(schema)
    known = dict(schema.get("properties", {}))
    for part in ("oneOf", "anyOf", "allOf"):
        for inner in schema.get(part, ()):
            known = {**_properties(inner), **known}
    return known


def _answer(operation: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    responses = operation["responses"]
    if str(exchange.status) not in responses:
        if exchange.status >= 300:
            return  # Any endpoint may refuse or say that nothing changed; the description lists that for some only.
        yield "the description has no such status here"
        return
    content = _follow(responses[str(exchange.status)]).get("content", {})
    if "application/json" not in content or exchange.answer is None:
        return
    schema = content["application/json"]["schema"]
    for error in _validator(json.dumps(schema)).iter_errors(exchange.answer):
        if not _excepted(exchange, error):
            yield _tell(error)


def _excepted(exchange: Exchange, error: Any) -> bool:
    keys = [part for part in error.absolute_path if isinstance(part, str)]
    return any(place in exchange.template and keys[-1:] == [key] for place, key, _ in EXCEPTIONS)


@functools.cache
def _webhook(name: str) -> OAS31Validator | None:
    document = _webhooks()
    webhook = document["webhooks"].get(name)
    if webhook is None:
        return None
    schema = json.dumps(webhook["post"]["requestBody"]["content"]["application/json"]["schema"])
    resource: Resource[Any] = Resource(contents=document, specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:webhooks", resource)
    return OAS31Validator(json.loads(schema.replace('"#/components', '"urn:webhooks#/components')), registry=registry)


@functools.cache
def _webhooks() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(kept("webhooks.json").read_text())
    return document


def _tell(error: Any) -> str:
    """Where and what, short: of alternatives only the one that came nearest."""
    while error.context:
        error = min(error.context, key=lambda inner: (len(inner.absolute_path) * -1, str(inner.message)))
    return f"{'/'.join(str(part) for part in error.absolute_path) or '.'}: {error.message[:300]}"
