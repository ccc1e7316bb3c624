"""The list of certificates with its filters and its file, and the page of each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.certificates import KINDS, State
from lms_app.domain.errors import NotFound
from lms_app.domain.permissions import Action, allows
from lms_app.i18n import direction_of
from lms_app.services.accounts import places
from lms_app.services.credentials import exporting, registry, requests
from lms_app.services.credentials.exporting import Form
from lms_app.services.credentials.registry import Asked
from lms_app.services.credentials.revoking import AT_HOLDERS_REQUEST
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language, theirs, written_date
from lms_app.web.odd_input import asked_number
from lms_app.web.registry import words
from lms_app.web.registry.told import facts_of, names_of, title_of, told_in_parts
from lms_app.web.verify.words import kind_in_words
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.signing import Signature, fits


def index() -> str:
    """List the certificates that the visitor keeps, narrowed to what they ask for."""
    asked = _asked()
    with takwin().reading() as session:
        page = registry.list_page(session, actor(), asked, page=asked_number("page") or 1, now=now())
        choices = registry.choices_for(session, actor())
        waiting = len(requests.waiting_for(session, actor()))
    return render_template(
        "registry/index.html",
        page=page,
        asked=asked,
        waiting=waiting,
        courses=_with_all(gettext("All courses"), choices.courses),
        cohorts=_with_all(gettext("All cohorts"), choices.cohorts),
        kinds=_with_all(gettext("All kinds"), [(kind, kind_in_words(kind)) for kind in KINDS]),
        states=_with_all(gettext("All states"), [(str(state), words.state_shown(state).word) for state in State]),
        query=_query(),
        forms_of_file=[str(form) for form in Form],
        may_bring_in=allows(actor(), Action.ADMINISTER),
        state_shown=words.state_shown,
        kind_in_words=kind_in_words,
    )


def export(form: str) -> AnyResponse:
    """Send the list, as it is narrowed, as a file for spreadsheets."""
    if form not in set(Form):
        raise NotFound
    chosen, asked = Form(form), _asked()
    with takwin().reading() as session:
        file = exporting.table(
            chosen,
            registry.every_row(session, actor(), asked, now=now()),
            heads=words.column_heads(),
            words=words.cell_in_words,
            title=gettext("Certificates"),
            is_rtl=direction_of(language()) == "rtl",
        )
    response = Response(file, mimetype=exporting.MEDIA_TYPES[chosen])
    part = "-part" if asked.is_narrowed else ""
    response.headers.set("Content-Disposition", "attachment", filename=f"takwin-register-{now().date()}{part}.{chosen}")
    return response


def entry(code: str) -> str:
    """Show a certificate with every certified fact, its files and its history."""
    return entry_page(code)


def entry_page(code: str, wrong: dict[str, str] | None = None) -> str:
    """Return the page of a certificate; after a refusal, with what is wrong and what was sent."""
    here = takwin()
    with here.reading() as session:
        found = registry.open_entry(session, code, now=now())
        asked = requests.requests_about(session, actor(), code)
        resting = requests.resting_on(session, code)
        may_decide = allows(actor(), Action.REVOKE_CREDENTIAL, places.of_credential(session, code))
    record, is_genuine = _record(found.row)
    facts = facts_of(record) if record else {}
    waiting = next((one for one in asked if not one.decision), None)
    return render_template(
        "registry/entry.html",
        entry=found,
        parts=told_in_parts(facts),
        names=names_of(facts),
        title=title_of(facts),
        is_genuine=is_genuine,
        is_given_out=found.state in {State.VALID, State.EXPIRED},
        state=words.state_shown(found.state),
        shown_dates=_dates(found.row, found.state),
        state_shown=words.state_shown,
        asked=asked,
        waiting=waiting,
        resting=resting,
        may_decide=may_decide,
        possible=[(str(kind), *map(gettext, words.REQUESTS[kind])) for kind in requests.POSSIBLE[found.state]],
        correctable=[(name, gettext(words.COLUMNS[name]), facts.get(name, "")) for name in requests.CORRECTABLE],
        words=words,
        wrong=wrong or {},
        sent=request.form if wrong else {},
    )


def _record(row: Any) -> tuple[Record | None, bool]:
    """Return the record, if it can be read, and whether it still fits its signature."""
    text = row["record"].encode()
    try:
        record = Record.from_json(text)
        return record, fits(text, Signature.from_text(row["key_id"], row["signature"]), trusted=takwin().trusted_keys())
    except InvalidRecord:
        return None, False


def _dates(row: Any, state: State) -> list[tuple[str, Any]]:
    """Return the days that matter for what a certificate is worth, and the reasons given."""
    pairs: list[tuple[str, Any]] = [(gettext("Issued on"), written_date(row["issued_at"], "time"))]
    if row["valid_until"]:
        pairs.append((gettext("Valid until"), written_date(row["valid_until"])))
    if state is State.SUSPENDED:
        pairs += [
            (gettext("Suspended on"), written_date(row["suspended_at"], "time")),
            (gettext("Reason"), theirs(row["suspended_reason"])),
        ]
    if row["revoked_at"] and state is State.REVOKED:
        is_own = row["revoked_reason"] == AT_HOLDERS_REQUEST
        reason = gettext("at the holder's request") if is_own else theirs(row["revoked_reason"])
        pairs += [(gettext("Withdrawn on"), written_date(row["revoked_at"], "time")), (gettext("Reason"), reason)]
    if row["replaced_by"] and row["revoked_at"]:
        pairs.append((gettext("Replaced on"), written_date(row["revoked_at"], "time")))
    return pairs


def _asked() -> Asked:
    asked = request.args
    state = asked.get("state", "")
    return Asked(
        words=asked.get("q", "").strip()[:200],
        course=asked_number("course"),
        cohort=asked_number("cohort"),
        kind=asked.get("kind", ""),
        state=State(state) if state in set(State) else None,
        since=words.day_of(asked.get("since", "")),
        until=words.day_of(asked.get("until", "")),
    )


def _query() -> dict[str, str]:
    """Return what the address asks for, without the page, to be carried on."""
    return {name: value for name, value in request.args.items() if value and name in _FILTERS}


_FILTERS = frozenset({"q", "course", "cohort", "kind", "state", "since", "until"})


def _with_all(everything: str, options: Any) -> list[tuple[Any, str]]:
    return [("", everything), *options]


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/registry", view_func=index)
    pages.add_url_rule("/registry/export/<form>", view_func=export)
    pages.add_url_rule("/registry/c/<code>", view_func=entry)
