"""My certificates: what each is worth, its files, a card with its QR code, and links that show what the holder chose of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.certificates import State
from lms_app.domain.errors import Invalid, NotFound
from lms_app.i18n import direction_of
from lms_app.services.credentials import earning, qr_cards, registry, revoking, sharing
from lms_app.web.context import now, own_number, takwin
from lms_app.web.i18n import N_
from lms_app.web.registry.told import facts_of, names_of, title_of, told
from lms_app.web.registry.words import FILES, day_of, state_shown
from lms_app.web.verify.words import HEADLINES, kind_in_words
from lms_app.web.words import words_of
from takwin_certificates import qr
from takwin_certificates.record import InvalidRecord, Record

SHOWN_WORDS = {
    "issued_on": N_("Day of issue"),
    "valid_until": N_("Until when it is valid"),
    "period": N_("First and last day"),
    "hours": N_("Hours, and how much of them face to face and in the field"),
    "grade": N_("Grade"),
    "competences": N_("What I can do, and at which level"),
    "criteria": N_("What was asked for it"),
    "cohort": N_("Cohort"),
    "place": N_("Place"),
    "deciders": N_("Trainers and assessors"),
    "partners": N_("Partners"),
    "parts": N_("Courses of the programme"),
}
"""What the holder can show or hide."""
_HIDDEN_AT_FIRST = frozenset({"grade", "cohort", "place", "deciders"})
_LINKEDIN = "https://www.linkedin.com/profile/add"
_FULL_COPIES = frozenset({State.VALID, State.EXPIRED})
"""States in which more copies are given out."""


def certificates() -> str:
    """List the visitor's certificates, what each is worth and what can be done with it, and what they may earn next."""
    with takwin().reading() as session:
        mine = registry.certificates_of(session, own_number(), now=now())
        ahead = earning.on_the_way(session, own_number())
    shown = [_card(row, state) for row, state in mine]
    return render_template(
        "learn/certificates.html",
        counting=[one for one in shown if one["state"] in _FULL_COPIES],
        others=[one for one in shown if one["state"] not in _FULL_COPIES],
        ahead=ahead,
        state_shown=state_shown,
    )


def card(code: str) -> str:
    """Show a card with the QR code, to be printed."""
    row, record = _mine(code)
    address = _address(row, record)
    facts = facts_of(record)
    return render_template(
        "learn/certificate_card.html",
        code=code,
        number=record.number,
        names=names_of(facts),
        title=title_of(facts),
        kind=kind_in_words(record.kind),
        issuer=record.issuer,
        site=record.site.partition("://")[2],
        picture=Markup(qr.svg(address, title=gettext("QR code of the certificate"))),  # noqa: S704 -- drawn by us, its title escaped
    )


def card_file(code: str, form: str) -> AnyResponse:
    """Send the QR code as a picture, or the card as a drawing."""
    row, record = _mine(code)
    address = _address(row, record)
    if form == "png":
        response = Response(qr_cards.png(address), mimetype="image/png")
    elif form == "svg":
        names = [(name, direction) for name, direction in ((record.name_arabic, "rtl"), (record.name_latin, "ltr")) if name]
        lines = [*names, (record.title, direction_of(record.language)), (record.code, "ltr")]
        response = Response(
            qr_cards.card(address, title=gettext("QR code of the certificate"), lines=lines), mimetype="image/svg+xml"
        )
    else:
        raise NotFound
    response.headers.set("Content-Disposition", "attachment", filename=f"takwin-{code}.{form}")
    return response


def share(code: str) -> AnyResponse | str | tuple[str, int]:
    """Show the links to a certificate, and make another that shows what is chosen."""
    row, record = _mine(code)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            last_day = _last_day()
            with takwin().transaction() as session:
                token = sharing.share(
                    session, own_number(), code, shows=request.form.getlist("shows"), last_day=last_day, now=now()
                )
        except Invalid as error:
            wrong[str(error.facts.get("field", ""))] = words_of(error)
        else:
            flash(gettext("The link is made. Whoever has it sees what you chose."), "success")
            return redirect(url_for("learn.share", code=code, _anchor=f"link-{token[:8]}"), 303)
    with takwin().reading() as session:
        links = sharing.links_of(session, own_number(), code, now=now())
    offered = sharing.choices_in(record)
    chosen = request.form.getlist("shows") if wrong else [name for name in offered if name not in _HIDDEN_AT_FIRST]
    page = render_template(
        "learn/certificate_share.html",
        code=code,
        title=title_of(facts_of(record)),
        links=[_link(one) for one in links],
        options=[(name, gettext(SHOWN_WORDS[name])) for name in offered],
        chosen=chosen,
        last_day=request.form.get("last_day", ""),
        today=now().date(),
        wrong=wrong,
        public=takwin().settings.site_url + url_for("verify.check", code=code),
        state=row["state"],
    )
    return (page, 422) if wrong else page


def end_link(code: str) -> AnyResponse:
    """End a link."""
    with takwin().transaction() as session:
        sharing.end(session, own_number(), code, request.form.get("link", ""), now=now())
    flash(gettext("The link is ended. Whoever opens it sees nothing any more."), "success")
    return redirect(url_for("learn.share", code=code), 303)


def shared(token: str) -> AnyResponse:
    """Show, to anybody who has the link, what the holder chose of a certificate and what it is worth today."""
    here = takwin()
    with here.reading() as session:
        shown = sharing.shown_by(session, token, trusted=here.trusted_keys(), now=now())
    tone, headline, text = HEADLINES[shown.verdict]
    facts = {"language": shown.language, **shown.facts} if shown.facts else {}
    page = render_template(
        "learn/certificate_shared.html",
        tone=tone,
        headline=gettext(headline),
        text=gettext(text),
        since=shown.since,
        names=names_of(facts),
        title=title_of(facts),
        kind=kind_in_words(facts["kind"]) if facts else "",
        facts=told({name: value for name, value in facts.items() if name not in _IN_THE_HEAD}),
        checked_at=now(),
    )
    response = Response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


_IN_THE_HEAD = frozenset({"name_arabic", "name_latin", "name_tifinagh", "kind", "titles", "language"})


def _files(row: Mapping[str, Any], facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what can be had of a certificate besides its paper: words and address."""
    if facts.get("schema") == 1:  # before wallets could take what is signed here
        return [(gettext("Signed record (JSON)"), url_for("verify.record", code=row["code"]))]
    return [(gettext(words), url_for("verify.file", code=row["code"], kind=kind)) for kind, words in FILES.items() if kind != "pdf"]


def _card(row: Mapping[str, Any], state: State) -> dict[str, Any]:
    facts = registry.facts_in(row["record"])
    return {
        "code": row["code"],
        "number": row["number"] or "",
        "state": state,
        "kind": kind_in_words(row["kind"]),
        "title": title_of(facts),
        "cover": row["course_key"] or row["award"],
        "issued_at": row["issued_at"],
        "valid_until": row["valid_until"],
        "is_ending": bool(row["valid_until"]) and state is State.VALID and row["valid_until"] <= now().date() + timedelta(days=90),
        "reason": row["suspended_reason"] if state is State.SUSPENDED else row["revoked_reason"],
        "by_holder": row["revoked_reason"] == revoking.AT_HOLDERS_REQUEST,
        "replaced_by": row["replaced_by"] or "",
        "pdf": url_for("verify.file", code=row["code"], kind="pdf"),
        "files": _files(row, facts),
        "linkedin": linkedin_address(row, facts),
    }


def linkedin_address(row: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the address at LinkedIn that opens its form with this certificate filled in."""
    title = registry.title_in(facts)
    until = row["valid_until"]
    asked = {
        "startTask": "CERTIFICATION_NAME",
        "name": title,
        "organizationName": str(facts.get("issuer", "")),
        "issueYear": row["issued_at"].year,
        "issueMonth": row["issued_at"].month,
        **({"expirationYear": until.year, "expirationMonth": until.month} if until else {}),
        "certUrl": f"{facts.get('site', '')}/v/{row['code']}",
        "certId": row["number"] or row["code"],
    }
    return f"{_LINKEDIN}?{urlencode(asked)}"


def _last_day() -> date | None:
    """Return the last day of the link that is asked for, or None for one without end."""
    text = request.form.get("last_day", "").strip()
    found = day_of(text)
    if text and found is None:
        raise Invalid("field_not_right", field="last_day")
    return found


def _mine(code: str) -> tuple[Mapping[str, Any], Record]:
    """Return the visitor's own certificate; `NotFound` for anybody else's, as for one that is not there."""
    with takwin().reading() as session:
        mine = registry.certificates_of(session, own_number(), now=now())
    for row, state in mine:
        if row["code"] == code:
            try:
                return {**row, "state": state}, Record.from_json(row["record"])
            except InvalidRecord as error:
                raise NotFound("no_such_certificate") from error
    raise NotFound("no_such_certificate")


def _address(row: Mapping[str, Any], record: Record) -> str:
    return qr_cards.address_of(record.site, token=row["token"], code=record.code)


def _link(link: sharing.Link) -> dict[str, Any]:
    return {
        "token": link.token,
        "id": f"link-{link.token[:8]}",
        "address": takwin().settings.site_url + url_for("learn.shared", token=link.token),
        "created_at": link.created_at,
        "last_day": (link.ends_at - timedelta(days=1)).date() if link.ends_at else None,
        "shows": [gettext(SHOWN_WORDS[name]) for name in link.shows if name in SHOWN_WORDS],
    }


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    one = "/certificates/<code>"
    pages.add_url_rule("/certificates", view_func=certificates)
    pages.add_url_rule(f"{one}/card", view_func=card)
    pages.add_url_rule(f"{one}/card.<form>", view_func=card_file)
    pages.add_url_rule(f"{one}/share", view_func=share, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}/share/end", view_func=end_link, methods=["POST"])
    pages.add_url_rule("/s/<token>", view_func=shared)
