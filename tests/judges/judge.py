"""Holds every exchange with the double, and every webhook that it sends, against GitHub's own descriptions."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from graphql import GraphQLSchema, build_schema, parse, validate
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from bot.demo.double import Double
from bot.demo.double.api import Exchange
from bot.demo.double.webhooks import Delivery
from tests.judges.fetch import REST, kept, pruned

# Where GitHub's description is stricter than GitHub: part of the endpoint, key of the value, what is known instead.
EXCEPTIONS = (
    ("/pulls/", "line", "an outdated comment has no line; well known, yet typed as a plain integer"),
    ("/pulls/", "position", "an outdated comment has no position"),
    ("/pulls/", "original_line", "a comment on a whole file has no line"),
    ("/pulls/", "original_position", "a comment on a whole file has no position"),
    ("/pulls/", "start_side", "nullable, but its enumeration lacks null"),
    ("/issues/", "state_reason", "nullable, but its enumeration lacks null"),
    ("/check-runs", "conclusion", "nullable, but its enumeration lacks null"),
    ("/installations", "account", "allOf of a user and an enterprise, which nothing can be at once"),
)
# The same for webhooks: a list of names, and the names that it lacks.
LACKS = (("events", ("merge_group",), "an App's events in the payload of a check suite; the list is older"),)


class Judge:
    """Holds what a double has heard and sent against the descriptions, at the end: a schema takes seconds to build on a
    busy machine, and a client that waits for its answer gives up after ten."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._rest = rest(double.world.enterprise)
        _webhooks()  # missing descriptions end the test here

    def verdict(self) -> None:
        """Everything that was sent and answered so far agrees with the descriptions, and the double did not break."""
        self._double.postman.wait()
        if self._double.errors:
            raise AssertionError("the double broke") from self._double.errors[0]
        complaints = self.complaints()
        assert not complaints, "\n".join(complaints)

    def complaints(self) -> tuple[str, ...]:
        """What does not agree."""
        deliveries = chain.from_iterable(map(_delivered, self._double.postman.deliveries))
        return (*chain.from_iterable(map(self._exchanged, self._double.log)), *deliveries)

    def _exchanged(self, exchange: Exchange) -> Iterator[str]:
        """Judges a request of the client and the answer of the double."""
        where = f"{exchange.method} {exchange.path} -> {exchange.status}"
        if exchange.template == "/graphql":
            yield from (f"{where}: {error}" for error in graphql_errors(str(exchange.sent["query"])))
            return
        operation = self._rest.document["paths"].get(exchange.template, {}).get(exchange.method.lower())
        if operation is None:
            yield f"{where}: no such endpoint in the description"
            return
        refused = exchange.status >= 400
        said = (*_query(self._rest, operation, exchange), *(() if refused else _sent(self._rest, operation, exchange)))
        yield from (f"{where}: {complaint}" for complaint in said)
        yield from (f"{where}: answer: {complaint}" for complaint in _answer(self._rest, operation, exchange))


def _delivered(delivery: Delivery) -> Iterator[str]:
    """Judges a webhook that the double sent."""
    action = str(delivery.payload.get("action", "")).replace("_", "-")
    name = delivery.event.replace("_", "-") + (f"-{action}" if action else "")
    validator = _webhook(name)
    if validator is None:
        yield f"webhook {name}: not in the description"
        return
    for error in validator.iter_errors(delivery.payload):
        if not any(name in error.absolute_path and error.instance in lacking for name, lacking, _ in LACKS):
            yield f"webhook {name}: {_tell(error)}"


@functools.cache
def graphql_schema() -> GraphQLSchema:
    """GitHub's public GraphQL schema; taken as it is, for it defines some fields twice."""
    return build_schema(kept("schema.graphql").read_text(), assume_valid=True)


def graphql_errors(query: str) -> list[str]:
    """What is wrong with a query by GitHub's schema."""
    return [error.message for error in validate(graphql_schema(), parse(query))]


class Rest:
    """GitHub's description of REST, as far as the double has it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        resource: Resource[Any] = Resource(contents=document, specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource("urn:github", resource)
        self._validators: dict[str, OAS30Validator] = {}

    def errors(self, schema: Mapping[str, Any], value: Any) -> Iterator[Any]:
        """What is wrong with a value by a schema out of the description."""
        text = json.dumps(schema)
        if text not in self._validators:
            absolute = json.loads(text.replace('"#/components', '"urn:github#/components'))
            self._validators[text] = OAS30Validator(absolute, registry=self._registry)
        return iter(self._validators[text].iter_errors(value))

    def follow(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node itself, or what its $ref leads to."""
        while "$ref" in node:
            target: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node


@functools.cache
def rest(enterprise: str = "") -> Rest:
    """The description of github.com, or of an Enterprise Server of that version."""
    return Rest(json.loads(pruned(REST[enterprise or "openapi"]).read_text()))


def _query(rest: Rest, operation: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    declared = {rest.follow(one)["name"]: rest.follow(one) for one in operation.get("parameters", ())}
    for name, value in exchange.query.items():
        if name not in declared:
            yield f"query parameter {name} is not in the description"
            continue
        schema = rest.follow(declared[name]["schema"])
        typed: Any = int(value) if schema.get("type") == "integer" and value.isdigit() else value
        for error in rest.errors(schema, typed):
            yield f"query parameter {name}: {_tell(error)}"


def _sent(rest: Rest, operation: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    body = operation.get("requestBody")
    if body is None:
        if exchange.sent:
            yield "a body was sent where the description has none"
        return
    schema = body["content"]["application/json"]["schema"]
    for error in rest.errors(schema, exchange.sent or {}):
        yield _tell(error)
    yield from _misspelt(rest, schema, exchange.sent or {}, "")


def _misspelt(rest: Rest, schema: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    """Keys that the description does not name: it accepts them, GitHub ignores them, and the client meant something."""
    if isinstance(value, list):
        for entry in value:
            yield from _misspelt(rest, rest.follow(schema).get("items", {}), entry, f"{path}[]")
    if not isinstance(value, dict):
        return
    known = _properties(rest, schema)
    for key, inner in value.items():
        if known and key not in known:
            yield f"{path}/{key} is not in the description"
        elif key in known:
            yield from _misspelt(rest, known[key], inner, f"{path}/{key}")


def _properties(rest: Rest, schema: Mapping[str, Any]) -> dict[str, Any]:
    schema = rest.follow(schema)
    known = dict(schema.get("properties", {}))
    for part in ("oneOf", "anyOf", "allOf"):
        for inner in schema.get(part, ()):
            known = {**_properties(rest, inner), **known}
    return known


def _answer(rest: Rest, operation: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    responses = operation["responses"]
    if str(exchange.status) not in responses:
        if exchange.status >= 300:
            return  # Any endpoint may refuse or say that nothing changed; the description lists that for some only.
        yield "the description has no such status here"
        return
    content = rest.follow(responses[str(exchange.status)]).get("content", {})
    if "application/json" not in content or exchange.answer is None:
        return
    schema = content["application/json"]["schema"]
    for error in rest.errors(schema, exchange.answer):
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
