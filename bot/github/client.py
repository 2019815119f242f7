"""GitHub over HTTP through PyGithub's requester: authentication, retries, pacing, rate limits, the meaning of refusals.

PyGithub's own objects are not used: they complete themselves with further requests when an attribute is missing, and
the bill of a review is counted. Answers are read once, into the values of `answers`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import IO, Any, cast

import requests
import structlog
from github import Auth, GithubException
from github.Requester import Requester
from urllib3 import Retry as HttpRetry
from urllib3.exceptions import HTTPError

from bot.github.answers import Delivery, OutcomeUnknown, Refused
from bot.github.auth import InstallationTokens, Token, app_token
from bot.github.budget import Budget, seconds_to_wait
from bot.github.graphql import error_text
from bot.github.repository import Repository
from bot.settings import Settings
from bot.values import Retry

_TIMEOUT = 10  # seconds; well under the lease
_API_VERSION = "2022-11-28"
_AGENT = "concurrency-check"
_PER_PAGE = 100
_RETRY_SECONDS = 15.0

_log = structlog.get_logger(__name__)


class GitHub:
    """The App's door to GitHub; one per process, shared by its threads.

    pause: seconds between two writes of one client, as GitHub asks for.
    """

    def __init__(self, settings: Settings, *, pause: float = 1.0) -> None:
        self._settings = settings
        self._pause = pause
        self._budget = Budget()
        self._tokens = InstallationTokens(self._mint)

    def repository(self, installation: int, full_name: str) -> Repository:
        """A client for one repository ("owner/name"), for one thread; raises Retry while the installation must wait."""
        self._budget.check(installation)
        try:
            token = self._tokens.get(installation)
        except Refused as refused:
            # The App was removed or suspended: what the queue holds for it is tried again, then given up by the queue.
            raise Retry(f"no token for installation {installation}: {refused}", 60.0) from refused
        return Repository(self._connection(Auth.Token(token), installation), full_name)

    def deliveries(self) -> Iterator[Delivery]:
        """The App's delivery log, newest first, page by page as it is read."""
        app = self._app()
        for row in app.pages("/app/hook/deliveries"):
            yield Delivery(
                row["id"], row["guid"], row["status_code"], row["event"], row["redelivery"], row["delivered_at"]
            )

    def redeliver(self, delivery: int) -> None:
        """Ask GitHub to send a delivery again; it carries the same GUID."""
        self._app().write("POST", f"/app/hook/deliveries/{delivery}/attempts", {})

    def _app(self) -> Connection:
        credentials = self._settings.credentials
        if credentials is None:
            raise Retry("the App has no credentials yet", _RETRY_SECONDS, counts=False)
        token = app_token(str(credentials.app_id), credentials.private_key, time.time())
        return self._connection(Auth.AppAuthToken(token), 0)

    def _mint(self, installation: int) -> Token:
        try:
            answer = self._app().write("POST", f"/app/installations/{installation}/access_tokens", {})
        except OutcomeUnknown as unknown:
            raise Retry(str(unknown), _RETRY_SECONDS) from unknown  # a second token harms nobody
        return Token(answer["token"], datetime.fromisoformat(answer["expires_at"]).timestamp())

    def _connection(self, auth: Auth.Auth, installation: int) -> Connection:
        requester = Requester(
            auth=auth,
            base_url=self._settings.api_url,
            timeout=_TIMEOUT,
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
            seconds_between_writes=self._pause,
            api_version=_API_VERSION,
        )

        def seen(headers: Mapping[str, str]) -> None:
            self._budget.seen(installation, headers)

        def refused() -> None:
            self._tokens.forget(installation)

        return Connection(requester, seen, refused)


class Connection:
    """Requests under one token. Methods raise Retry for rate limits and for reads that failed, Refused for a 4xx."""

    def __init__(
        self, requester: Requester, seen: Callable[[Mapping[str, str]], None], token_refused: Callable[[], None]
    ) -> None:
        self._requester = requester
        self._seen = seen
        self._token_refused = token_refused

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The JSON behind a path that is relative to the API's root."""
        return self._request("GET", path, parameters=dict(parameters or {}))[1]

    def pages(self, path: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The rows of a listing, all pages of it, 100 a page, as far as they are read."""
        headers, rows = self._request("GET", path, parameters={**(parameters or {}), "per_page": _PER_PAGE})
        yield from rows
        while (following := _next_page(headers)) is not None:
            headers, rows = self._request("GET", following)
            yield from rows

    def write(self, verb: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """Send a POST, PATCH, PUT or DELETE exactly once; raises OutcomeUnknown when it may have happened or not."""
        return self._request(verb, path, input=None if body is None else dict(body))[1]

    def graphql(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a GraphQL document; raises Refused(200, …) for errors that come with HTTP 200."""
        body = {"query": document, "variables": dict(variables)}
        headers, answer = self._request("POST", self._requester.graphql_url, input=body)
        text = error_text(answer)
        if text:
            wait = seconds_to_wait(403, headers, text.replace("_", " "), time.time())
            if wait is not None:
                raise Retry(text, wait, counts=False, installation_wide=True)
            raise Refused(200, text)
        return cast("dict[str, Any]", answer)

    def download(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """The bytes behind a path that redirects to a link which carries its own permission (archives), as a stream."""
        headers, _ = self._request("GET", path)
        return _stream(headers["location"])

    def _request(self, verb: str, path: str, **arguments: Any) -> tuple[Mapping[str, str], Any]:
        try:
            headers, data = self._requester.requestJsonAndCheck(verb, path, **arguments)
        except GithubException as error:
            raise self._meaning(verb, path, error) from error
        except (requests.RequestException, RuntimeError) as error:
            # RuntimeError is what PyGithub raises for a redirect that leaves the host.
            raise _no_answer(verb, path, type(error).__name__) from error
        self._seen(headers)
        return headers, data

    def _meaning(self, verb: str, path: str, error: GithubException) -> Exception:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        text = _text(error)
        self._seen(headers)
        wait = seconds_to_wait(error.status, headers, text, time.time())
        if wait is not None:
            return Retry(f"rate limit: {text}", wait, counts=False, installation_wide=True)
        if error.status >= 500:
            return _no_answer(verb, path, str(error.status))
        if error.status == 401:
            self._token_refused()
            return Retry("GitHub refused the token", 0.0)  # the next round mints another
        if error.status in (403, 404):
            accepted = headers.get("x-accepted-github-permissions", "")
            _log.info("refused", verb=verb, path=path, status=error.status, accepted_permissions=accepted)
        return Refused(error.status, text)


def _no_answer(verb: str, path: str, what: str) -> Exception:
    reason = f"{verb} {path}: {what}"
    return Retry(reason, _RETRY_SECONDS) if verb == "GET" else OutcomeUnknown(reason)


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


def _next_page(headers: Mapping[str, str]) -> str | None:
    for link in requests.utils.parse_header_links(headers.get("link", "")):
        if link.get("rel") == "next":
            return str(link["url"])
    return None


@contextmanager
def _stream(link: str) -> Iterator[IO[bytes]]:
    try:
        with requests.get(link, stream=True, timeout=_TIMEOUT, headers={"User-Agent": _AGENT}) as answer:
            if answer.status_code != requests.codes.ok:
                raise Retry(f"archive: {answer.status_code}", _RETRY_SECONDS)
            yield cast("IO[bytes]", answer.raw)
    except (requests.RequestException, HTTPError) as error:  # HTTPError: out of the stream, while it is read
        raise Retry(f"archive: {type(error).__name__}", _RETRY_SECONDS) from error
