"""Carries a call to a block's handler into WebOb, which blocks know, and the answer back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from webob import Request

from lms_app.domain.learning import HandlerRequest, HandlerResponse, Learner

PRIVATE: Final = frozenset({"cookie", "authorization", "x-csrf-token", "x-csrftoken"})
"""Headers that are none of a block's business."""


@dataclass(frozen=True)
class _User:
    """What blocks read of Django's `request.user`."""

    id: int
    username: str
    is_authenticated: bool = True

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class _DjangoRequest:
    """What blocks read of the Django request that they believe to stand behind WebOb's."""

    user: _User
    method: str


def webob_request(call: HandlerRequest, learner: Learner) -> Request:
    """Return the call as WebOb's request."""
    url = call.url.partition("?")[0] or "http://localhost/"
    headers = {name: value for name, value in call.headers.items() if name.lower() not in PRIVATE}
    request = Request.blank(f"{url}?{call.query}" if call.query else url, method=call.method, body=call.body, headers=headers)
    if call.content_type:
        request.headers["Content-Type"] = call.content_type
    # video looks for the platform's own request there, to see whether anybody is signed in.
    request._request = _DjangoRequest(_User(learner.person_id, learner.user_name), call.method)  # noqa: SLF001
    return request


def handler_response(response: Any) -> HandlerResponse:
    """Return the block's answer, held in memory; raise `TypeError` when it gave none."""
    if not hasattr(response, "status_int"):
        raise TypeError(f"the handler answered with {type(response).__name__}, not a response")
    return HandlerResponse(
        status=response.status_int, body=response.body, headers=tuple((name, value) for name, value in response.headerlist)
    )


def json_answer(payload: Any, *, status: HTTPStatus = HTTPStatus.OK) -> HandlerResponse:
    """Return a JSON answer of the host's own."""
    return HandlerResponse(
        status=status,
        body=json.dumps(payload, ensure_ascii=False).encode(),
        headers=(("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")),
    )
