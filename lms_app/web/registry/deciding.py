"""What one person asks about a certificate, and what another decides."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import Invalid
from lms_app.services.credentials import requests
from lms_app.services.credentials.requests import CORRECTABLE, Kind
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import N_
from lms_app.web.registry import words
from lms_app.web.registry.views import entry_page
from lms_app.web.words import words_of

_DONE = {
    Kind.CORRECT: N_("The corrected certificate is issued."),
    Kind.SUSPEND: N_("The certificate is suspended."),
    Kind.REINSTATE: N_("The certificate counts again."),
    Kind.REVOKE: N_("The certificate is withdrawn."),
}


def waiting() -> str:
    """List what waits for a decision."""
    with takwin().reading() as session:
        found = requests.waiting_for(session, actor())
    return render_template("registry/requests.html", asked=found, words=words)


def ask(code: str) -> Response | tuple[str, int]:
    """Ask that something become of a certificate."""
    kind = request.form.get("kind", "")
    if kind not in set(Kind):
        return entry_page(code, {"kind": gettext("Please choose one of those that are offered.")}), 422
    changes = {name: request.form[name] for name in CORRECTABLE if name in request.form}
    try:
        with takwin().transaction() as session:
            requests.ask(session, actor(), code, kind=Kind(kind), reason=request.form.get("reason", ""), changes=changes, now=now())
    except Invalid as error:
        return entry_page(code, {str(error.facts.get("field") or "reason"): words_of(error)}), 422
    flash(gettext("It is asked. Somebody else decides."), "success")
    return redirect(url_for("registry.entry", code=code), 303)


def decide(code: str, request_id: int) -> Response:
    """Accept or refuse what somebody else asked."""
    is_accepted = request.form.get("decision") == "accept"
    here = takwin()
    with here.transaction() as session:
        kind, there = requests.decide(session, actor(), code, request_id, accepted=is_accepted, issuer=here.issuer, now=now())
    flash(gettext(_DONE[kind]) if is_accepted else gettext("It is refused, and nothing changed."), "success")
    return redirect(url_for("registry.entry", code=there), 303)


def take_back(code: str, request_id: int) -> Response:
    """Withdraw what the visitor asked."""
    with takwin().transaction() as session:
        requests.take_back(session, actor(), code, request_id, now=now())
    flash(gettext("It is taken back."), "success")
    return redirect(url_for("registry.entry", code=code), 303)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/registry/requests", view_func=waiting)
    pages.add_url_rule("/registry/c/<code>/requests", view_func=ask, methods=["POST"])
    pages.add_url_rule("/registry/c/<code>/requests/<int:request_id>", view_func=decide, methods=["POST"])
    pages.add_url_rule("/registry/c/<code>/requests/<int:request_id>/back", view_func=take_back, methods=["POST"])
