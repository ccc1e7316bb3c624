"""The settings of a course: its title, how one enrols, what earns which paper, the hours that it counts."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from lms_app.domain.awards import KINDS, read_awards
from lms_app.services.authoring import drafts, editing
from lms_app.services.authoring.settings import (
    MOST_CONDITIONS,
    WHATS,
    Asked,
    CourseSettings,
    Offered,
    change_settings,
    offered_by,
)
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, NumberField, SelectChoice, WholeNumberField, form_page, required

_SPARE: Final = 1
"""Empty rows shown under the conditions that there are."""
_GIVES: Final = {
    "participation": lazy_gettext("This course gives a statement of participation"),
    "completion": lazy_gettext("This course gives a certificate of completion"),
    "competence": lazy_gettext("This course gives a certificate of competence"),
}
_WHATS: Final = {
    "": lazy_gettext("Nothing (this row does not count)"),
    "grade": lazy_gettext("A grade, in per cent"),
    "completion": lazy_gettext("Having done the course, in per cent"),
    "attendance": lazy_gettext("Hours attended"),
    "practical": lazy_gettext("Practical tasks accepted by a trainer"),
    "observation": lazy_gettext("Observed by a trainer at this level, 1 to 4"),
}


class _SettingsForm(Form):
    """What may be set."""

    base = HiddenField()
    title = StringField(lazy_gettext("Title"), [required()])
    enrolment = RadioField(
        lazy_gettext("Who may enrol?"),
        choices=[
            SelectChoice("open", lazy_gettext("Everybody with an account")),
            SelectChoice("code", lazy_gettext("Whoever has the code")),
        ],
    )
    enrolment_code = StringField(lazy_gettext("Enrolment code"))
    hours = NumberField(lazy_gettext("Hours of work"), [Optional()], places=None)


def _rows() -> dict[str, Any]:
    """Return the fields of every paper: flat, each with a name of its own, so that a refusal stands beside the very one."""
    fields: dict[str, Any] = {}
    for kind in KINDS:
        fields[f"{kind}_given"] = BooleanField(_GIVES[kind])
        fields[f"{kind}_months"] = WholeNumberField(lazy_gettext("Valid for how many months?"), [Optional()])
        fields[f"{kind}_shows_grade"] = BooleanField(lazy_gettext("Print the grade, once everything is done"))
        for number in range(MOST_CONDITIONS):
            at = f"{kind}_{number}"
            choices = [SelectChoice(what, _WHATS[what]) for what in WHATS]
            fields[f"{at}_what"] = SelectField(lazy_gettext("What is asked"), choices=choices, default="")
            fields[f"{at}_amount"] = NumberField(lazy_gettext("At least"), [Optional()], places=None)
            fields[f"{at}_name"] = StringField(lazy_gettext("Of which name"))
            fields[f"{at}_times"] = WholeNumberField(lazy_gettext("How many times"), [Optional()])
    return fields


SettingsForm = cast("type[_SettingsForm]", type("SettingsForm", (_SettingsForm,), _rows()))


def settings(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change them."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
    root = draft.outline[draft.outline.root]
    offered = offered_by(read_awards(facts.awards))
    form = SettingsForm.from_request(
        title=root.title,
        base=root.node,
        enrolment=facts.enrolment,
        enrolment_code=facts.enrolment_code,
        hours=_whole(facts.hours),
        **_filled(offered),
    )
    wants_rows = request.form.get("more", "")
    if not wants_rows and form.was_sent_right() and form.takes(lambda: _keep(form, title_before=root.title)):
        flash(gettext("Saved. The title reaches learners once you publish; all else holds now."), "success")
        return redirect(url_for("studio.course", course_key=facts.key), 303)
    return form_page(
        "studio/settings.html",
        form,
        key=facts.key,
        title=root.title,
        source_language=draft.outline.language,
        papers=[_paper(form, kind, more=wants_rows == kind) for kind in KINDS],
    )


def _filled(offered: dict[str, Offered]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for kind, each in offered.items():
        values |= {f"{kind}_given": True, f"{kind}_months": each.valid_months, f"{kind}_shows_grade": each.shows_grade}
        for number, row in enumerate(each.rows):
            shown = {"what": row.what, "amount": _whole(row.amount), "name": row.name, "times": row.times}
            values |= {f"{kind}_{number}_{name}": value for name, value in shown.items()}
    return values


def _paper(form: Form, kind: str, *, more: bool) -> dict[str, Any]:
    """Return the fields of a paper: the rows in use, and an empty one below as long as there are any."""
    used = [number for number in range(MOST_CONDITIONS) if form[f"{kind}_{number}_what"].data or _is_wrong(form, kind, number)]
    shown = min(MOST_CONDITIONS, max(used, default=-1) + 1 + _SPARE + (1 if more else 0))
    return {
        "kind": kind,
        "given": form[f"{kind}_given"],
        "months": form[f"{kind}_months"],
        "shows_grade": form[f"{kind}_shows_grade"] if kind != "participation" else None,
        "rows": [
            {name: form[f"{kind}_{number}_{name}"] for name in ("what", "amount", "name", "times")} for number in range(shown)
        ],
        "may_grow": shown < MOST_CONDITIONS,
    }


def _is_wrong(form: Form, kind: str, number: int) -> bool:
    return any(form[f"{kind}_{number}_{name}"].errors for name in ("what", "amount", "name", "times"))


def _keep(form: Form, *, title_before: str) -> None:
    hours = form["hours"].data
    wanted = CourseSettings(
        enrolment=form["enrolment"].data or "open",
        enrolment_code=form["enrolment_code"].data or "",
        offered={kind: _offered(form, kind) for kind in KINDS},
        hours=float(hours) if hours is not None else None,
    )
    with takwin().transaction() as session:
        change_settings(session, actor(), asked_course().key, wanted, now=now())
        title = (form["title"].data or "").strip()
        if title != title_before:
            _rename(session, title, base=form["base"].data or "")


def _offered(form: Form, kind: str) -> Offered:
    rows = []
    for number in range(MOST_CONDITIONS):
        what, amount, name, times = (form[f"{kind}_{number}_{part}"].data for part in ("what", "amount", "name", "times"))
        rows.append(Asked(what or "", float(amount) if amount is not None else None, name or "", times))
    return Offered(
        is_given=bool(form[f"{kind}_given"].data),
        rows=tuple(rows),
        valid_months=form[f"{kind}_months"].data,
        shows_grade=kind != "participation" and bool(form[f"{kind}_shows_grade"].data),
    )


def _rename(session: Session, title: str, *, base: str) -> None:
    draft = drafts.open_draft(session, asked_course().key)
    editing.save_block(
        session,
        actor(),
        asked_course().key,
        draft.outline.root,
        base=base or draft.outline[draft.outline.root].node,
        changes={"display_name": title},
        types=takwin().host.types,
        now=now(),
        message=gettext("Changed the title of the course"),
    )


def _whole(number: float | None) -> float | None:
    """Return 2 for 2.0, which nobody writes."""
    return int(number) if number is not None and number == int(number) else number


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/settings", view_func=settings, methods=["GET", "POST"])
