"""What earns a paper, said as one would say it to a learner."""

from __future__ import annotations

from typing import Any, Final

from babel.lists import format_list
from flask_babel import format_decimal, get_locale, gettext, ngettext

from lms_app.services.authoring.settings import Asked, Offered
from lms_app.web.i18n import N_

_BEGIN: Final = {
    "participation": N_("Whoever %(conditions)s gets a statement of participation."),
    "completion": N_("Whoever %(conditions)s gets a certificate of completion."),
    "competence": N_("Whoever %(conditions)s gets a certificate of competence."),
}


def sentence_of(kind: str, offered: Offered | None) -> str:
    """Return the sentence, or '' for a paper that is not given."""
    conditions = [_condition(row) for row in offered.rows if row.what] if offered and offered.is_given else []
    return str(gettext(_BEGIN[kind]) % {"conditions": format_list(conditions, locale=get_locale())}) if conditions else ""


def _condition(row: Asked) -> str:
    return str(_words_of(row))


def _words_of(row: Asked) -> Any:
    amount = format_decimal(row.amount or 0)
    if row.what == "grade":
        return gettext("reaches a grade of %(amount)s %% at least", amount=amount)
    if row.what == "completion":
        return gettext("does %(amount)s %% of the course at least", amount=amount)
    if row.what == "exercise":
        return gettext("has %(amount)s %% of the points of “%(name)s” at least", amount=amount, name=row.name)
    if row.what == "attendance":
        return gettext("attends %(amount)s hours at least", amount=amount)
    if row.what == "practical":
        if row.name:
            return gettext("has the task “%(name)s” accepted by a trainer", name=row.name)
        return ngettext("has %(num)s task accepted by a trainer", "has %(num)s tasks accepted by a trainer", int(row.amount or 0))
    return _judged(row, amount) if row.what == "rubric" else _observed(row, amount)


def _judged(row: Asked, amount: str) -> Any:
    if row.name:
        return gettext("reaches level %(amount)s of a rubric with “%(name)s”", amount=amount, name=row.name)
    return ngettext(
        "reaches level %(amount)s of a rubric with one piece of work",
        "reaches level %(amount)s of a rubric with %(num)s pieces of work",
        row.times or 1,
        amount=amount,
    )


def _observed(row: Asked, amount: str) -> Any:
    if row.name:
        return gettext("is observed at level %(amount)s in “%(name)s”", amount=amount, name=row.name)
    return ngettext(
        "is observed once at level %(amount)s", "is observed %(num)s times at level %(amount)s", row.times or 1, amount=amount
    )
