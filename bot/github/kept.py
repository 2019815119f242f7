"""Answers that are kept to be asked for again with their ETag: GitHub says 304 when nothing changed, which is free."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# One that is larger is asked for anew: it would push out hundreds of small ones.
_LARGEST = 2 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came. text: its JSON. link: the header that leads to the next page, "" at the end."""

    etag: str
    link: str
    text: str

    @property
    def data(self) -> Any:
        return json.loads(self.text)


class Kept:
    """The answers used most lately, up to a limit of characters; in memory only, shared by all threads.

    GitHub makes another ETag for another token (its support says so in eclipse-csi/otterdog#201), so each answer
    belongs to the token that it was given to, and is of no use to any other.
    """

    def __init__(self, limit: int = 32 << 20) -> None:
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def key(token: str, path: str, parameters: Mapping[str, Any]) -> str:
        """Names a question; the token itself is not in it."""
        whole = "\n".join((token, path, json.dumps(parameters, sort_keys=True)))
        return hashlib.sha256(whole.encode()).hexdigest()

    def get(self, key: str) -> Answer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: str, headers: Mapping[str, str], data: Any) -> None:
        """Keep an answer that carries an ETag. headers: lower-case names."""
        etag = headers.get("etag", "")
        answer = Answer(etag, headers.get("link", ""), json.dumps(data))
        if not etag or len(answer.text) > min(_LARGEST, self._limit):
            return
        with self._lock:
            old = self._answers.pop(key, None)
            self._answers[key] = answer
            self._size += len(answer.text) - (len(old.text) if old else 0)
            while self._size > self._limit:
                _, dropped = self._answers.popitem(last=False)
                self._size -= len(dropped.text)
