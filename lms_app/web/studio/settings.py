"""The settings of a course, each on a short page of its own: what it says of itself, who may come in, what earns which paper."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from lms_app.domain.awards import KINDS, read_awards
from lms_app.domain.errors import Conflict, NotFound
from lms_app.i18n import direction_of
from lms_app.services.authoring import drafts, introducing
from lms_app.services.authoring.introducing import Introduction
from lms_app.services.authoring.settings import (
    MOST_CONDITIONS,
    WHATS,
    Asked,
    Offered,
    change_enrolment,
    change_papers,
    offered_by,
)
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.forms import Form, NumberField, SelectChoice, WholeNumberField, form_page
from lms_app.web.i18n import language_name
from lms_app.web.studio.award_sentences import sentence_of
from lms_app.web.studio.frame import frame

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
    "exercise": lazy_gettext("The points of one exercise, in per cent"),
    "attendance": lazy_gettext("Hours attended"),
    "practical": lazy_gettext("Practical tasks accepted by a trainer"),
    "observation": lazy_gettext("Observed by a trainer at this level, 1 to 4"),
    "rubric": lazy_gettext("Work judged with a rubric at this level, 1 to 4"),
}


class BasicsForm(Form):
    """What a course says of itself in one language."""

    base = HiddenField()
    title = StringField(lazy_gettext("Title"))
    summary = TextAreaField(lazy_gettext("In a sentence or two"))
    about = TextAreaField(lazy_gettext("About this course"))


class EnrolmentForm(Form):
    """Who may come in."""

    enrolment = RadioField(
        lazy_gettext("Who may enrol?"),
        choices=[
            SelectChoice("open", lazy_gettext("Everybody with an account")),
            SelectChoice("code", lazy_gettext("Whoever has the code, and those on the list")),
            SelectChoice("cohort", lazy_gettext("Whoever has the code of a cohort, and those on the list")),
            SelectChoice("list", lazy_gettext("Only those on the list")),
        ],
    )
    enrolment_code = StringField(lazy_gettext("Enrolment code"))


class _RulesForm(Form):
    """What earns which paper."""

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


RulesForm = cast("type[_RulesForm]", type("RulesForm", (_RulesForm,), _rows()))


def settings(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change what the course says of itself, in one of its languages."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        chosen = request.args.get("language", "") or draft.outline.language
        if chosen not in draft.outline.languages:
            raise NotFound("no_such_course", key=facts.key)
        kept = introducing.introduction_of(session, draft, chosen)
    form = BasicsForm.from_request(kept)
    if form.was_sent_right() and _takes(form, lambda: _keep_basics(form, chosen)):
        flash(gettext("Saved in the draft. Learners see it once you publish."), "success")
        return redirect(url_for("studio.settings", course_key=facts.key, language=chosen), 303)
    return form_page(
        "studio/settings.html",
        form,
        chosen=chosen,
        root=draft.outline.root,
        base=form.base.data or kept.base,
        tabs_of_languages=[
            (language_name(code), url_for("studio.settings", course_key=facts.key, language=code), code == chosen)
            for code in draft.outline.languages
        ],
        about={
            "id": "about",
            "label": form.about.label.text,
            "hint": gettext("What one learns, for whom it is, how long it takes. It stands on the course's page."),
            "errors": form.about.errors,
            "lang": chosen,
            "dir": direction_of(chosen),
            "rows": 12,
            "value": form.about.data or "",
        },
        here={"key": facts.key, "language": chosen},
        is_archived=facts.is_archived,
        **frame("settings", draft),
    )


def enrolment(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change who may come in."""
    facts = asked_course()
    form = EnrolmentForm.from_request(enrolment=facts.enrolment, enrolment_code=facts.enrolment_code)

    def keep() -> None:
        with takwin().transaction() as session:
            way, code = form.enrolment.data or "", form.enrolment_code.data or ""
            change_enrolment(session, actor(), facts.key, way=way, code=code, now=now())

    if form.was_sent_right() and form.takes(keep):
        flash(gettext("Saved. It holds from now on; whoever is in the course stays in it."), "success")
        return redirect(url_for("studio.enrolment", course_key=facts.key), 303)
    return form_page("studio/settings_enrolment.html", form, is_archived=facts.is_archived, **frame("settings"))


def rules(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change what earns which paper, and how many hours the course counts."""
    facts = asked_course()
    offered = offered_by(read_awards(facts.awards))
    form = RulesForm.from_request(hours=_whole(facts.hours), **_filled(offered))
    wants_rows = request.form.get("more", "")

    def keep() -> None:
        hours = form["hours"].data
        wanted = {kind: _offered(form, kind) for kind in KINDS}
        with takwin().transaction() as session:
            change_papers(session, actor(), facts.key, wanted, hours=float(hours) if hours is not None else None, now=now())

    if not wants_rows and form.was_sent_right() and form.takes(keep):
        flash(gettext("Saved. It holds at once, for whoever earns a paper from now on."), "success")
        return redirect(url_for("studio.rules", course_key=facts.key), 303)
    return form_page(
        "studio/settings_rules.html",
        form,
        papers=[_paper(form, kind, more=wants_rows == kind) for kind in KINDS],
        **frame("settings"),
    )


def _takes(form: Form, deed: Any) -> bool:
    """Do it; what somebody else changed meanwhile is said in the form, in which everything typed still stands."""
    try:
        return form.takes(deed)
    except Conflict as error:
        form.refuse(error)
        return False


def _keep_basics(form: BasicsForm, language: str) -> None:
    wanted = Introduction(form.title.data or "", form.summary.data or "", form.about.data or "")
    with takwin().transaction() as session:
        introducing.change_introduction(
            session,
            actor(),
            asked_course().key,
            wanted,
            language=language,
            base=form.base.data or "",
            message=gettext("Changed what the course says of itself"),
            now=now(),
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
        "sentence": sentence_of(kind, _offered(form, kind)),
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


def _whole(number: float | None) -> float | None:
    """Return 2 for 2.0, which nobody writes."""
    return int(number) if number is not None and number == int(number) else number


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/<course_key>/settings"
    pages.add_url_rule(top, view_func=settings, methods=["GET", "POST"])
    pages.add_url_rule(f"{top}/enrolment", view_func=enrolment, methods=["GET", "POST"])
    pages.add_url_rule(f"{top}/papers", view_func=rules, methods=["GET", "POST"])
