"""A browser without windows: it keeps a cookie, finds the token in a page, and sends forms and answers as a page of ours would."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.journeys.learner import COURSE

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    location: str = ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text)


@dataclass
class Caller:
    """Somebody signed in; each request has a connection of its own."""

    site: str
    cookie: str
    _token: str = field(default="", repr=False)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def file(self, path: str) -> bytes:
        """Return a file's bytes."""
        return self._ask("GET", path).body

    def token(self) -> str:
        """Return a token that is good for whoever is signed in here."""
        if not self._token:
            self._token = _TOKEN.search(self.get("/profile").text)[1]
        return self._token

    def send(self, path: str, **fields: Any) -> Answer:
        """Send a form, as a browser without script does."""
        body = urlencode({"csrf_token": self.token(), **fields}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": _FORM})

    def answer(self, quiz: str, answers: Mapping[str, str | Sequence[str]], *, course: str = COURSE) -> Answer:
        """Answer a quiz (`coop_quiz/name`), as its script does."""
        body = urlencode({f"answer-{name}": value for name, value in answers.items()}, doseq=True)
        headers = {"Content-Type": _FORM, "Accept": "application/json", "X-CSRF-Token": self.token(), "Sec-Fetch-Mode": "cors"}
        return self._ask("POST", handler_of(quiz, course), body, headers)

    def _ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Cookie": f"takwin={self.cookie}", "Accept": "text/html", **(headers or {})}
        with closing(HTTPConnection(urlsplit(self.site).netloc, timeout=60)) as connection:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.read(), response.getheader("Location", ""))


def handler_of(quiz: str, course: str = COURSE) -> str:
    """Return the address that takes a quiz's answers."""
    kind, _, name = quiz.partition("/")
    usage = f"block-v1:{course.removeprefix('course-v1:')}+type@{kind}+block@{name}"
    return f"/handler/{quote(usage, safe=':+@')}/submit"
