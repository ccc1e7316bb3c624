"""A partner's list: up to a thousand certificates from a table, answered as a page or as a table again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from lms_app.domain.errors import Invalid
from lms_app.services.credentials.checking_list import COLUMNS, MOST_ROWS, Row, as_csv, check_list, read_list
from lms_app.web.context import now, takwin
from lms_app.web.i18n import N_
from lms_app.web.verify import limits
from lms_app.web.verify.words import HEADLINES, tone_of
from lms_app.web.words import words_of

_HEADS: Final = {
    "asked": N_("You asked for"),
    "verdict": N_("Answer"),
    "genuine": N_("Is it genuine?"),
    "valid": N_("Does it count today?"),
    "reasons": N_("Why not"),
    "issuer": N_("Issued by"),
    "kind": N_("Kind"),
    "title": N_("Training"),
    "name": N_("Name"),
    "name_fits": N_("The name fits"),
    "issued_on": N_("Issued on"),
    "valid_until": N_("Valid until"),
    "code": N_("Code"),
    "number": N_("Serial number"),
}


def many() -> str | Response | tuple[str, int]:
    """Ask for a list, or answer one. Nothing of it is kept."""
    if request.method == "GET":
        return _page()
    limits.take(limits.LISTS)
    try:
        rows = _checked(_sent())
    except Invalid as error:
        return _page(wrong={"list": words_of(error)}), 422
    if request.form.get("as") == "csv":
        response = Response(as_csv(rows, [gettext(_HEADS[name]) for name in COLUMNS]), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="takwin-{now():%Y-%m-%d}.csv"'
        return response
    return _page(rows=rows)


def _page(*, rows: Sequence[Row] = (), wrong: dict[str, str] | None = None) -> str:
    good = sum(tone_of(row.verdict) == "ok" for row in rows)
    told = [{"row": row, "tone": tone_of(row.verdict), "word": gettext(HEADLINES[row.verdict][1])} for row in rows]
    return render_template(
        "verify/list.html",
        rows=told,
        good=good,
        most=MOST_ROWS,
        typed=request.form.get("list", ""),
        wrong=wrong or {},
        checked_at=now(),
    )


def _sent() -> bytes:
    file = request.files.get("file")
    return (file.read() if file else b"") or request.form.get("list", "").encode()


def _checked(content: bytes) -> list[Row]:
    asked = read_list(content)
    here = takwin()
    with here.reading() as session:
        return check_list(session, asked, trusted=here.trusted_keys(), now=now(), ration=limits.Guesses())


def install(pages: Blueprint) -> None:
    """Add this address to the blueprint."""
    pages.add_url_rule("/verify/list", view_func=many, methods=["GET", "POST"])
