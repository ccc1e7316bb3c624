"""Who makes and runs a course: seen, added, taken out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.keys import PersonId
from lms_app.domain.permissions import allows
from lms_app.services.authoring import team as teams
from lms_app.web.access import asked_course
from lms_app.web.account import limits
from lms_app.web.context import actor, now, own_number, takwin
from lms_app.web.i18n import N_
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of

ROLE_WORDS = {Role.TRAINER: N_("Trainer"), Role.COORDINATOR: N_("Coordinator")}


def team(course_key: str) -> str:
    """Show the team."""
    return _page()


def _page(wrong: str = "", found: teams.Somebody | None = None) -> str:
    course = asked_course()
    with takwin().reading() as session:
        members = teams.team_of(session, course.id)
    trainers = sum(one.role is Role.TRAINER for one in members)
    return render_template(
        "studio/team.html",
        members=members,
        role_words=ROLE_WORDS,
        roles=[(str(role), gettext(ROLE_WORDS[role])) for role in _mine()],
        may_take={one: one.role in _mine() and not (one.role is Role.TRAINER and trainers == 1) for one in members},
        wrong=wrong,
        found=found,
        asked=request.form.get("person", "").strip()[:100],
        asked_role=request.form.get("role", ""),
        own=own_number(),
        **_frame(),
    )


def add_member(course_key: str) -> Response | str | tuple[str, int]:
    """Add somebody by user name. An e-mail or a phone is looked up first, and the page asks whether it is this person."""
    asked = request.form.get("person", "").strip()[:100]
    try:
        role = _role()
        with takwin().reading() as session:
            limits.take(limits.PEOPLE_LOOKED_UP, str(own_number()))
            found = teams.somebody(session, asked)
        if "@" in asked or asked[:1] in "+0٠۰":
            return _page(found=found)
        with takwin().transaction() as session:
            teams.add_to_team(session, actor(), asked_course().key, asked, role, now=now())
    except Invalid as error:
        return _page(wrong=words_of(error)), 422
    flash(gettext("They are in the team now."), "success")
    return redirect(url_for("studio.team", course_key=asked_course().key), 303)


def take_out_member(course_key: str, person_id: int) -> Response | tuple[str, int]:
    """Take somebody's role back."""
    try:
        with takwin().transaction() as session:
            teams.take_from_team(session, actor(), asked_course().key, PersonId(person_id), _role(), now=now())
    except (Invalid, Conflict) as error:
        return _page(wrong=words_of(error)), 422
    flash(gettext("The role is taken back."), "success")
    if person_id == own_number():
        return redirect(url_for("studio.home"), 303)
    return redirect(url_for("studio.team", course_key=asked_course().key), 303)


def _role() -> Role:
    asked = request.form.get("role", "")
    if asked not in {str(role) for role in ROLE_WORDS}:
        raise Invalid("no_such_role", field="role")
    return Role(asked)


def _mine() -> list[Role]:
    here = [Place(PlaceKind.COURSE, asked_course().id)]
    return [role for role, action in teams.NAMED_BY.items() if allows(actor(), action, here)]


def _frame() -> dict[str, Any]:
    return frame("people")


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/team", view_func=team)
    pages.add_url_rule("/<course_key>/team", view_func=add_member, methods=["POST"])
    pages.add_url_rule("/<course_key>/team/<int:person_id>/out", view_func=take_out_member, methods=["POST"])
