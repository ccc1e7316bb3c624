"""Read what a learner sent, whether a plain form or a script sent it, and answer in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from webob import Request, Response

from takwin_xblocks.contract.markup import possible

MOST_BYTES = 256 * 1024
MOST_BYTES_OF_AUTHORS = 1024 * 1024
"""A whole block in its form, or a pasted problem."""
MOST_BYTES_WITH_FILES = 16 * 1024 * 1024
"""A form with photos, a recording, a document."""
FIELD_PREFIX = "answer-"
ATTEMPT_FIELD = "attempt"
_LONGEST_ATTEMPT = 64


class Refusal(Exception):
    """The block will not do what was asked: a status, a code for programs, and words for people."""

    def __init__(self, status: HTTPStatus, code: str, words: str = "", **details: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.words = words
        self.details = details


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as it was sent: nothing of it is believed yet, neither its name nor what it says that it is."""

    field: str
    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What was sent: answers by question id, each a list of texts; the other fields of the form; and by whom it is shown."""

    answers: Mapping[str, list[str]]
    by_script: bool
    """Whether a script is there to show the result."""
    by_program: bool = False
    """Whether it came as JSON: such a sender reads details, a page shows what it is given."""
    attempt_id: str = ""
    """Names this very sending, so that sending it again does nothing more."""
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    files: tuple[SentFile, ...] = ()
    """Only what `read_upload` reads has any; `contract.files.uploads_of` tells what they are."""


def field_name(question_id: str) -> str:
    """Return the name of a question's form field; the prefix keeps it clear of the fields that the host adds."""
    return FIELD_PREFIX + question_id


def read_submission(request: Request) -> Submission:
    """Read answers from a form (`answer-q1=a`) or from JSON (`{"answers": {"q1": "a"}}`).

    Refuses other methods than POST (405), bodies over 256 KiB (413), and what is neither of the two forms (400).
    """
    _refuse_odd(request)
    try:
        if request.content_type == "application/json":
            sent = _json_object(request.body)
            fields = _answers(sent, "fields") if "fields" in sent else {}
            attempt_id = _attempt(sent.get(ATTEMPT_FIELD))
            return Submission(answers=_answers(sent), by_script=True, by_program=True, attempt_id=attempt_id, fields=fields)
        by_script = "application/json" in request.headers.get("Accept", "")
        answers, fields = _from_form(request)
        attempt_id = _attempt("".join(fields.get(ATTEMPT_FIELD, [])[:1]))
        return Submission(answers=answers, by_script=by_script, attempt_id=attempt_id, fields=fields)
    except ValueError as error:  # bad JSON and bad UTF-8 are ValueErrors too
        raise Refusal(HTTPStatus.BAD_REQUEST, "malformed") from error


def read_upload(request: Request) -> Submission:
    """Read a form that may carry files; without any it is read as `read_submission` reads it.

    Refuses other methods than POST (405), bodies over 16 MiB (413; without files over 256 KiB), and what is neither of the
    forms (400). An empty file field is no file.
    """
    if request.content_type != "multipart/form-data":
        return read_submission(request)
    _refuse_odd(request, most_bytes=MOST_BYTES_WITH_FILES)
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        sent = list(request.POST.items())
        answers, fields = _sorted((name, value) for name, value in sent if isinstance(value, str))
        files = tuple(sent_file(name, value) for name, value in sent if getattr(value, "filename", ""))
    except (ValueError, AttributeError, KeyError) as error:  # what parses multipart raises each of them at rubbish
        raise Refusal(HTTPStatus.BAD_REQUEST, "malformed") from error
    if sum(len(text) for texts in [*answers.values(), *fields.values()] for text in texts) > MOST_BYTES:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    attempt_id = _attempt("".join(fields.get(ATTEMPT_FIELD, [])[:1]))
    return Submission(answers=answers, by_script=by_script, attempt_id=attempt_id, fields=fields, files=files)


def sent_file(field: str, value: Any) -> SentFile:
    """Return a file as WebOb found it in a form, and close what held it; a field in which none was chosen gives no bytes and no name."""
    if isinstance(value, bytes):
        return SentFile(field=possible(field), name="", data=value)
    with value.file as held:
        return SentFile(field=possible(field), name=possible(str(value.filename)), data=held.read())


def read_json(request: Request) -> dict[str, Any]:
    """Read what an author's form sent, a JSON object.

    Refuses other methods than POST (405), bodies over 1 MiB (413), and what is no object (400).
    """
    _refuse_odd(request, most_bytes=MOST_BYTES_OF_AUTHORS)
    try:
        return _json_object(request.body)
    except ValueError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "malformed") from error


def _refuse_odd(request: Request, *, most_bytes: int = MOST_BYTES) -> None:
    if request.method != "POST":
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "post_only")
    if (request.content_length or 0) > most_bytes:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        sent = _possible(json.loads(body))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(sent, dict):
        raise ValueError("no answers")  # noqa: TRY004 -- every bad body is one refusal
    return sent


def _possible(sent: Any) -> Any:
    """Return what was sent without characters that no page, no XML and no storage can hold, such as half of a surrogate pair."""
    if isinstance(sent, str):
        return possible(sent)
    if isinstance(sent, list):
        return [_possible(one) for one in sent]
    return {possible(name): _possible(one) for name, one in sent.items()} if isinstance(sent, dict) else sent


def _answers(sent: Mapping[str, Any], key: str = "answers") -> dict[str, list[str]]:
    answers = sent.get(key)
    if not isinstance(answers, dict):
        raise ValueError("no answers")  # noqa: TRY004 -- every bad body is one refusal
    return {question_id: _texts(value) for question_id, value in answers.items()}


def _attempt(sent: object) -> str:
    return sent[:_LONGEST_ATTEMPT] if isinstance(sent, str) else ""


def _texts(value: object) -> list[str]:
    """Return one JSON answer as a list of texts: `"a"`, `["a", "b"]` and `12` are answers, `{}`, `true` and `[[]]` are not."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if any(isinstance(item, bool) or not isinstance(item, str | int | float) for item in listed):
        raise ValueError("an answer is a text or a list of texts")
    return [item if isinstance(item, str) else repr(item) for item in listed]


def _from_form(request: Request) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    return _sorted(request.POST.items())


def _sorted(sent: Iterable[tuple[str, Any]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return answers and other fields, each by name."""
    answers: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for name, value in sent:
        if not isinstance(value, str):
            raise ValueError("a file is no answer")  # noqa: TRY004 -- every bad body is one refusal
        into, key = (answers, name.removeprefix(FIELD_PREFIX)) if name.startswith(FIELD_PREFIX) else (others, name)
        into.setdefault(possible(key), []).append(possible(value))
    return answers, others


def json_response(payload: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a JSON response that no cache keeps, since it may tell right answers."""
    response = Response(json.dumps(payload, ensure_ascii=False), status=status, content_type="application/json", charset="utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def refusal_response(refusal: Refusal) -> Response:
    """Return a refusal as JSON: `code`, `message`, and whatever details help the learner put it right."""
    response = json_response({"code": refusal.code, "message": refusal.words, **refusal.details}, status=refusal.status)
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = "POST"
    return response
