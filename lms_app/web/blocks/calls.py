"""A handler call as it came over HTTP, and the block's answer as it goes back."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.keys import BlockId, parse_usage_key
from lms_app.domain.learning import HandlerRequest, HandlerResponse
from lms_app.services.learning.answering import Call
from lms_app.web.redirects import safe_path

_ASIDE = "aside-usage-v2:"
_PASSED_ON = ("Accept", "Accept-Language", "Content-Type", "X-Requested-With")
"""Headers that a block may see: never the cookie."""
_KEPT = frozenset({"content-type", "content-disposition", "cache-control", "content-language"})
"""Headers that a block may set."""


def read_call(usage: str, handler: str, suffix: str) -> Call:
    """Return the call, with its body held in memory so that it can be run again."""
    sent = HandlerRequest(
        method=request.method,
        body=request.get_data(cache=True),
        content_type=request.content_type or "",
        query=request.query_string.decode("latin-1"),
        headers={name: request.headers[name] for name in _PASSED_ON if name in request.headers},
        url=request.base_url,
    )
    return Call(usage, block_of(usage), handler, suffix, sent)


def block_of(usage: str) -> BlockId:
    """Return the block that a usage key names; for an aside's key the block that it stands beside."""
    if usage.startswith(_ASIDE):
        usage = usage.removeprefix(_ASIDE).rpartition("::")[0].replace("$:", ":").replace("$$", "$")
    return parse_usage_key(usage)[1]


def answer_page(response: HandlerResponse) -> AnyResponse:
    """Return the block's answer; a plain form goes back to its page instead, where the result is shown."""
    back = request.form.get("back") if request.method == "POST" and _is_plain_form() else None
    if back is not None:
        return redirect(safe_path(back), 303)
    return Response(
        response.body,
        status=response.status,
        headers=[(name, value) for name, value in response.headers if name.lower() in _KEPT],
    )


def _is_plain_form() -> bool:
    """Tell whether a person sent a form, and not a script: scripts ask for JSON or say who they are."""
    sent_as = (request.content_type or "").split(";")[0]
    is_form = sent_as in {"application/x-www-form-urlencoded", "multipart/form-data"}
    by_script = request.headers.get("X-Requested-With") or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return is_form and not by_script
