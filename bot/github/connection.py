"""Requests under one token, through PyGithub's requester: retries, pacing, rate limits, the meaning of refusals.

PyGithub's own objects are not used: they complete themselves with further requests when an attribute is missing, and
the bill of a review is counted. Answers are read once, into the values of `answers`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, Protocol, cast

import requests
import structlog
from github import Auth, GithubException
from github.Requester import Requester
from urllib3 import Retry as HttpRetry
from urllib3.exceptions import HTTPError

from bot.github.answers import OutcomeUnknown, Refused
from bot.github.budget import Limit, limit_of
from bot.github.graphql import changes_something, error_text
from bot.github.kept import Answer, Kept
from bot.values import Retry

PATIENCE_SECONDS = 10  # for an answer; well under the lease
_API_VERSION = "2022-11-28"
_AGENT = "concurrency-check"
_PER_PAGE = 100
RETRY_SECONDS = 15.0

_log = structlog.get_logger(__name__)


class Watch(Protocol):
    """What is kept in view beside the requests of one token: the limits of its installation."""

    def before(self, *, writes: bool) -> None:
        """Called before each request: raises Retry while GitHub wants rest; returns when it is a write's turn."""
        ...

    def seen(self, headers: Mapping[str, str], *, wrote: bool) -> None:
        """Called with the headers of each answer. wrote: it is that to a write which was taken."""
        ...

    def limited(self, limit: Limit) -> float:
        """GitHub refused for a rate limit; how many seconds to wait."""
        ...

    def refused(self) -> None:
        """GitHub does not know the token."""
        ...


class Connection:
    """Requests under one token, for one thread.

    api_url: REST root. patience: seconds to wait for each answer. app: the token is the App's own (a JWT). Methods
    raise Retry for rate limits and for reads that failed, Refused for a 4xx.
    """

    def __init__(self, api_url: str, token: str, watch: Watch, kept: Kept, *, patience: int, app: bool = False) -> None:
        self._requester = _requester(api_url, Auth.AppAuthToken(token) if app else Auth.Token(token), patience)
        self._patience = patience
        self._token = token
        self._watch = watch
        self._kept = kept

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, keep: bool = True) -> Any:
        """The JSON behind a path that is relative to the API's root. keep: it may change, and is likely asked for
        again; not what is named by a digest of its content."""
        return self._read(path, parameters or {}, keep=keep)[1]

    def pages(self, path: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The rows of a listing, all pages of it, 100 a page, as far as they are read."""
        link, rows = self._read(path, {**(parameters or {}), "per_page": _PER_PAGE}, keep=True)
        yield from rows
        while (following := _next_page(link)) is not None:
            link, rows = self._read(following, {}, keep=True)
            yield from rows

    def pages_if_changed(self, path: str, parameters: Mapping[str, Any], etag: str) -> tuple[str, Iterator[Any]] | None:
        """A listing with the ETag of its first page; None where that is still `etag`. Nothing of it is kept."""
        condition = {"If-None-Match": etag} if etag else {}
        headers, data = self._request("GET", path, parameters=dict(parameters), headers=condition)
        return None if data is None else (headers.get("etag", ""), self._rows(data, headers.get("link", "")))

    def _rows(self, rows: Any, link: str) -> Iterator[Any]:
        yield from rows
        while (following := _next_page(link)) is not None:
            headers, rows = self._request("GET", following)
            link = headers.get("link", "")
            yield from rows

    def write(self, verb: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """Send a POST, PATCH, PUT or DELETE exactly once; raises OutcomeUnknown when it may have happened or not."""
        return self._request(verb, path, writes=True, input=None if body is None else dict(body))[1]

    def graphql(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a GraphQL document; raises Refused(200, …) for errors that come with HTTP 200."""
        answer = self.graphql_in_part(document, variables)
        if text := error_text(answer):
            raise Refused(200, text)
        return answer

    def graphql_in_part(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a GraphQL document with the errors that it carries: of its fields some may have failed."""
        body = {"query": document, "variables": dict(variables)}
        writes = changes_something(document)
        headers, answer = self._request("POST", self._requester.graphql_url, writes=writes, input=body)
        if text := error_text(answer):
            limit = limit_of(403, headers, text.replace("_", " "), time.time())
            if limit is not None:
                raise self._rest(limit, text)
        return cast("dict[str, Any]", answer)

    def download(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """The bytes behind a path that redirects to a link which carries its own permission (archives), as a stream."""
        headers, _ = self._request("GET", path)
        return _stream(headers["location"], self._patience)

    def _read(self, path: str, parameters: Mapping[str, Any], *, keep: bool) -> tuple[str, Any]:
        """The link to the next page ("" when there is none), and the JSON."""
        key = self._kept.key(self._token, path, parameters)
        known: Answer | None = self._kept.get(key) if keep else None
        condition = {"If-None-Match": known.etag} if known else {}
        headers, data = self._request("GET", path, parameters=dict(parameters), headers=condition)
        if data is None and known:  # 304: nothing changed
            return known.link, known.data
        if keep:
            self._kept.put(key, headers, data)
        return headers.get("link", ""), data

    def _request(
        self, verb: str, path: str, *, writes: bool = False, **arguments: Any
    ) -> tuple[Mapping[str, str], Any]:
        self._watch.before(writes=writes)
        reads = not writes
        try:
            headers, data = self._requester.requestJsonAndCheck(verb, path, **arguments)
        except GithubException as error:
            raise self._meaning(verb, path, error, reads=reads) from error
        except (requests.RequestException, RuntimeError) as error:
            # RuntimeError is what PyGithub raises for a redirect that leaves the host.
            raise _no_answer(verb, path, type(error).__name__, reads=reads) from error
        if writes and "location" in headers and isinstance(data, dict) and "id" not in data:
            # 307, which PyGithub gives out as an answer (that to a write which was made has an id): the repository
            # has another name since this round began.
            raise Retry(f"{verb} {path}: moved", 0.0)
        self._watch.seen(headers, wrote=writes)
        return headers, data

    def _meaning(self, verb: str, path: str, error: GithubException, *, reads: bool) -> Exception:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        text = _text(error)
        self._watch.seen(headers, wrote=False)
        limit = limit_of(error.status, headers, text, time.time())
        if limit is not None:
            return self._rest(limit, text)
        if error.status >= 500:
            return _no_answer(verb, path, str(error.status), reads=reads)
        if error.status == 401:
            self._watch.refused()
            return Retry("GitHub refused the token", 0.0)  # the next round mints another
        if error.status in (403, 404):
            accepted = headers.get("x-accepted-github-permissions", "")
            _log.info("refused", verb=verb, path=path, status=error.status, accepted_permissions=accepted)
        return Refused(error.status, text)

    def _rest(self, limit: Limit, text: str) -> Retry:
        return Retry(f"rate limit: {text}", self._watch.limited(limit), counts=False, installation_wide=True)


def _requester(api_url: str, auth: Auth.Auth, patience: int) -> Requester:
    return Requester(
        auth=auth,
        base_url=api_url,
        timeout=patience,
        user_agent=_AGENT,
        per_page=_PER_PAGE,
        verify=True,
        # Writes are never sent twice here, and a rate limit is the work queue's to wait for, not a thread's.
        retry=HttpRetry(
            total=2,
            backoff_factor=0.2,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=("GET",),
            raise_on_status=False,
            respect_retry_after_header=False,
        ),
        pool_size=None,
        api_version=_API_VERSION,
    )


def _no_answer(verb: str, path: str, what: str, *, reads: bool) -> Exception:
    reason = f"{verb} {path}: {what}"
    return Retry(reason, RETRY_SECONDS) if reads else OutcomeUnknown(reason)


def _text(error: GithubException) -> str:
    """Message and error codes of a refusal in one line; bodies that are not JSON objects are cut short."""
    if not isinstance(error.data, dict):
        return str(error.data)[:200]
    details = error.data.get("errors") or ()
    codes = [
        str(detail.get("message") or detail.get("code")) if isinstance(detail, dict) else str(detail)
        for detail in (details if isinstance(details, list | tuple) else (details,))
    ]
    parts = (str(error.data.get("message", "")), str(error.data.get("code", "")), *codes)
    return "; ".join(part for part in parts if part)


def _next_page(link: str) -> str | None:
    for entry in requests.utils.parse_header_links(link):
        if entry.get("rel") == "next":
            return str(entry["url"])
    return None


@contextmanager
def _stream(link: str, patience: int) -> Iterator[IO[bytes]]:
    try:
        with requests.get(link, stream=True, timeout=patience, headers={"User-Agent": _AGENT}) as answer:
            if answer.status_code != requests.codes.ok:
                raise Retry(f"archive: {answer.status_code}", RETRY_SECONDS)
            yield cast("IO[bytes]", answer.raw)
    except (requests.RequestException, HTTPError) as error:  # HTTPError: out of the stream, while it is read
        raise Retry(f"archive: {type(error).__name__}", RETRY_SECONDS) from error
