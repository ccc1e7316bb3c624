"""The people of the site and their roles, for its administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import PersonId
from lms_app.services.accounts import roles
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import N_

ROLE_NAMES = {
    Role.LEARNER: N_("Learner"),
    Role.TRAINER: N_("Trainer"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.SITE_ADMIN: N_("Administrator of the site"),
}
KIND_NAMES = {PlaceKind.SITE: N_("Site"), PlaceKind.COURSE: N_("Course"), PlaceKind.COHORT: N_("Group")}


def people() -> str:
    """List people by name, e-mail or phone, with their roles."""
    words = request.args.get("q", "").strip()
    with takwin().reading() as session:
        found = roles.list_people(session, actor(), words=words)
        places = roles.places(session)
    named = {"place_name": _place_name, "role_name": _role_name}
    return render_template("account/people.html", people=found, words=words, options=_options(places), **named)


def grant_role(person_id: int) -> Response:
    """Give somebody a role in a place."""
    role, place = _asked()
    with takwin().transaction() as session:
        roles.grant(session, actor(), PersonId(person_id), role, place, now=now())
    flash(gettext("The role is given."), "success")
    return _back()


def revoke_role(person_id: int) -> Response:
    """Take a role back."""
    role, place = _asked()
    with takwin().transaction() as session:
        roles.revoke(session, actor(), PersonId(person_id), role, place, now=now())
    flash(gettext("The role is taken back."), "success")
    return _back()


def _asked() -> tuple[Role, Place]:
    """Return the role and place that the form names, as `trainer@course:12`."""
    role, _, place = request.form.get("what", "").partition("@")
    kind, _, number = place.partition(":")
    try:
        return Role(role), Place(PlaceKind(kind), int(number))
    except ValueError as error:
        raise Invalid("no_such_role", field="what") from error


def _options(places: object) -> list[tuple[str, str]]:
    return [
        (f"{role}@{place.kind}:{place.id}", f"{_role_name(role)} · {_place_name(place, name)}")
        for place, name in places  # type: ignore[attr-defined]
        for role in roles.GRANTED[place.kind]
    ]


def _role_name(role: Role) -> str:
    return str(gettext(ROLE_NAMES[role]))


def _place_name(place: Place, name: str) -> str:
    kind = gettext(KIND_NAMES[place.kind]) if place.kind in KIND_NAMES else ""
    return f"{kind}: {name}" if name else kind


def _back() -> Response:
    return redirect(url_for("account.people", q=request.form.get("q") or None), code=303)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/admin/people", view_func=people)
    pages.add_url_rule("/admin/people/<int:person_id>/grant", view_func=grant_role, methods=["POST"])
    pages.add_url_rule("/admin/people/<int:person_id>/revoke", view_func=revoke_role, methods=["POST"])
