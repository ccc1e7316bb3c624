"""The description of the API in OpenAPI 3.1, tested against what the API really answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lms_app.services.credentials.checking_list import MOST_ROWS
from takwin_certificates.verifying.finding import Genuine, Kind, Outcome, Reason, Valid

_TEXT = {"type": "string"}
_TEXT_OR_NONE = {"type": ["string", "null"]}
_DAY_OR_NONE = {"type": ["string", "null"], "format": "date"}
_MOMENT_OR_NONE = {"type": ["string", "null"], "format": "date-time"}


def describe(*, site: str, verdicts: Sequence[str]) -> dict[str, Any]:
    """Return the whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Takwin: checking certificates",
            "version": "1",
            "summary": "Is it genuine? Does it count today? Who issued it?",
            "description": "No account and no key. Answers are given as problem+json when a check is not made; `Retry-After` says when "
            "to ask again. An unknown certificate is an answer (`verdict: unknown`), not an error. A number can be guessed, so it gives "
            "no name, and a code only to whoever sends the name that is on the paper; in a list, none. Where too many numbers or "
            "unknown codes were tried, the lines of a list that were not looked up say `too_many`.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": f"{site}/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": _schemas(list(verdicts)), "responses": _responses()},
    }


def _paths() -> dict[str, Any]:
    return {
        "/check": {
            "get": _operation(
                "check",
                "Check one certificate",
                {"application/json": {"schema": _ref("Answer")}},
                parameters=[
                    _parameter("certificate", "The code, the serial number, or the whole text of the QR code.", required=True),
                    _parameter("name", "The name on the paper; the answer says whether it fits."),
                ],
            )
        },
        "/check-file": {
            "post": _operation(
                "checkFile",
                "Check a PDF, a badge (PNG, SVG), a credential (JSON, JWT) or a sealed record, at most 5 MB. It is not kept.",
                {"application/json": {"schema": _ref("FileAnswer")}},
                body={
                    "application/octet-stream": {"schema": {}},
                    "multipart/form-data": {
                        "schema": {"type": "object", "required": ["file"], "properties": {"file": {"contentMediaType": "*/*"}}}
                    },
                },
            )
        },
        "/check-list": {
            "post": _operation(
                "checkList",
                f"Check up to {MOST_ROWS} certificates. CSV gives CSV: a column `code` (or `number`, `url`), and perhaps `name`.",
                {
                    "application/json": {"schema": _ref("ListAnswer")},
                    "text/csv": {"schema": _TEXT},
                },
                body={"application/json": {"schema": _ref("List")}, "text/csv": {"schema": _TEXT}},
            )
        },
    }


def _operation(
    name: str,
    summary: str,
    answer: dict[str, Any],
    *,
    parameters: Sequence[dict[str, Any]] = (),
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": "The answer.", "content": answer},
            **{status: {"$ref": "#/components/responses/Problem"} for status in ("400", "413", "422", "503")},
            "429": {"$ref": "#/components/responses/TooMany"},
        },
    }
    if parameters:
        told["parameters"] = list(parameters)
    if body:
        told["requestBody"] = {"required": True, "content": body}
    return told


def _parameter(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": _TEXT}


def _responses() -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    return {
        "Problem": {"description": "The check was not made.", "content": problem},
        "TooMany": {
            "description": "Too many checks from this address.",
            "headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
            "content": problem,
        },
    }


def _schemas(verdicts: Sequence[str]) -> dict[str, Any]:
    row = {
        "asked": _TEXT,
        "verdict": {"enum": list(verdicts)},
        "says": {"type": "string", "description": "The verdict in English words."},
        "genuine": {"enum": list(Genuine)},
        "valid": {"enum": list(Valid)},
        "reasons": {"type": "array", "items": {"enum": list(Reason)}},
        "issuer": _TEXT_OR_NONE,
        "code": _TEXT_OR_NONE,
        "number": _TEXT_OR_NONE,
        "kind": _TEXT_OR_NONE,
        "title": _TEXT_OR_NONE,
        "name": _TEXT_OR_NONE,
        "name_fits": {"type": ["boolean", "null"], "description": "null where no name was sent."},
        "issued_on": _DAY_OR_NONE,
        "valid_until": _DAY_OR_NONE,
    }
    more = {
        "checked_at": {"type": "string", "format": "date-time"},
        "since": _MOMENT_OR_NONE,
        "reason": {**_TEXT_OR_NONE, "description": "Why it was withdrawn, in the issuer's words."},
        "replaced_by": _TEXT_OR_NONE,
        "record": {"type": ["object", "null"], "description": "Every certified fact."},
        "fingerprint": {**_TEXT_OR_NONE, "description": "SHA-256 of the bytes that were signed."},
        "page": {"type": ["string", "null"], "format": "uri"},
    }
    return {
        "Row": _object(row),
        "Answer": _object({**row, **more}, required=list(row)),
        "List": _object(
            {
                "certificates": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_ROWS,
                    "items": {"anyOf": [_TEXT, _object({"certificate": _TEXT, "name": _TEXT}, required=["certificate"])]},
                }
            }
        ),
        "ListAnswer": _object({"results": {"type": "array", "items": _ref("Row")}}),
        "FileAnswer": _object(_file_answer()),
        "Problem": _object(
            {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "code": _TEXT, "detail": _TEXT},
        ),
    }


def _file_answer() -> dict[str, Any]:
    fact = _object({"label": _TEXT, "value": _TEXT, "language": _TEXT_OR_NONE})
    step = _object({"name": _TEXT, "outcome": {"enum": list(Outcome)}, "code": _TEXT})
    return {
        "kind": {"enum": list(Kind)},
        "genuine": {"enum": list(Genuine)},
        "valid": {"enum": list(Valid)},
        "reasons": {"type": "array", "items": {"enum": list(Reason)}},
        "issuer": _TEXT_OR_NONE,
        "claimed_issuer": {**_TEXT_OR_NONE, "description": "Whom the file names. It proves nothing."},
        "code": _TEXT_OR_NONE,
        "facts": {"type": "array", "items": fact},
        "checks": {"type": "array", "items": step},
        "known_as_of": _MOMENT_OR_NONE,
        "checked_at": {"type": "string", "format": "date-time"},
    }


def _object(properties: dict[str, Any], *, required: Sequence[str] | None = None) -> dict[str, Any]:
    needed = list(properties) if required is None else list(required)
    return {"type": "object", "additionalProperties": False, "required": needed, "properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
