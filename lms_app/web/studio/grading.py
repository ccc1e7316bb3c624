"""What the grade is made of: kinds of assessment in per cent, which lesson counts as what, and an example that moves along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms_app.domain.errors import Conflict, Invalid
from lms_app.i18n import latin_digits
from lms_app.services.authoring import drafts, grading_policy as policies
from lms_app.services.authoring.drafts import Draft
from lms_app.services.authoring.grading_policy import Kind, Letter, Policy
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of

_EXAMPLE: Final = (80.0, 65.0, 90.0, 50.0)
"""What the learner of the example has, kind by kind."""
_NOT_A_FIGURE: Final = -1.0
_ROW: Final = "#"
"""Before the number of a row: how a lesson says which kind it counts as, whatever that is called meanwhile."""


def grading(course_key: str) -> Response | str | tuple[str, int]:
    """Show and change the policy; every other button only shows what it would be."""
    with takwin().reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
    kept = policies.policy_of(draft.outline)
    if request.method == "GET":
        return _page(draft, kept, policies.base_of(draft.outline))
    sent, base = _sent(draft), request.form.get("base", "")
    deed = request.form.get("deed", "save")
    if deed != "save":
        return _page(draft, _after(draft, sent, deed), base, letters=deed == "letters")
    wrong: dict[str, str] = {}
    if _keeps(_without_empty(sent), base, wrong):
        flash(gettext("Saved in the draft. Learners are graded by it once you publish."), "success")
        return redirect(url_for("studio.grading", course_key=asked_course().key), 303)
    return _page(draft, sent, base, wrong=wrong), 422


def _page(draft: Draft, policy: Policy, base: str, *, wrong: dict[str, str] | None = None, letters: bool = False) -> str:
    kinds = [kind for kind in policy.kinds if kind.name]
    shares = {kind.name: _share(number) for number, kind in enumerate(policy.kinds)}
    everything = _share_of_all()
    grade, passes = policies.worked_out(kinds or [Kind("", 100.0)], shares if kinds else {"": everything}, policy.pass_mark)
    lettered = next((each.name for each in sorted(policy.letters, key=lambda one: -one.at_least) if grade >= each.at_least), "")
    chosen = policy.lessons or {}
    return render_template(
        "studio/grading.html",
        policy=policy,
        base=base,
        wrong=wrong or {},
        shares=[_share(number) for number in range(len(policy.kinds))],
        share_of_all=everything,
        total=sum(kind.weight for kind in policy.kinds if kind.weight > 0),
        grade=grade,
        passes=passes,
        lettered=lettered,
        shows_letters=letters or bool(policy.letters),
        lessons=[
            (number, one, _row_of(chosen.get(one.block, one.kind), policy))
            for number, one in enumerate(policies.lessons_of(draft.outline))
        ],
        kind_names=[kind.name for kind in kinds],
        may_grow=len(policy.kinds) < policies.MOST_KINDS,
        **frame("settings", draft),
    )


def _keeps(policy: Policy, base: str, wrong: dict[str, str]) -> bool:
    try:
        with takwin().transaction() as session:
            policies.change_policy(
                session, actor(), asked_course().key, policy, base=base, message=gettext("Changed the grading"), now=now()
            )
    except (Invalid, Conflict) as error:
        for each in error.facts.get("wrong", (error,)):
            wrong.setdefault(each.facts.get("field", ""), words_of(each))
        return False
    return True


def _sent(draft: Draft) -> Policy:
    """Return the policy as it was sent: named fields alone, as many as there may be."""
    form = request.form
    kinds = tuple(
        Kind(
            " ".join(form.get(f"name-{number}", "").split()),
            _figure(f"weight-{number}"),
            int(_figure(f"count-{number}")),
            int(_figure(f"dropped-{number}")),
            form.get(f"was-{number}", ""),
        )
        for number in range(policies.MOST_KINDS)
        if f"name-{number}" in form
    )
    letters = tuple(
        Letter(" ".join(form.get(f"letter-{number}", "").split()), _figure(f"from-{number}"))
        for number in range(policies.MOST_LETTERS)
        if form.get(f"letter-{number}", "").strip()
    )
    renamed = {kind.was: kind.name for kind in kinds if kind.was}
    lessons = {}
    for number, one in enumerate(policies.lessons_of(draft.outline)):
        if f"lesson-{number}" in form:
            chosen = form[f"lesson-{number}"]
            lessons[one.block] = _named(chosen, kinds) if chosen.startswith(_ROW) else renamed.get(chosen, chosen)
    return Policy(kinds, _figure("pass_mark"), letters, lessons)


def _named(chosen: str, kinds: Sequence[Kind]) -> str:
    """Return the name of the kind in a row; of one that has none yet, the row itself."""
    number = chosen.removeprefix(_ROW)
    known = number.isascii() and number.isdecimal() and int(number) < len(kinds)
    return (kinds[int(number)].name or chosen) if known else ""


def _row_of(chosen: str, policy: Policy) -> str:
    """Return the row of the kind that a lesson counts as; a kind that the policy does not have is told by its name."""
    return next((f"{_ROW}{number}" for number, kind in enumerate(policy.kinds) if chosen and kind.name == chosen), chosen)


def _without_empty(policy: Policy) -> Policy:
    """Leave out rows in which nothing was filled in."""
    lessons = {block: "" if kind.startswith(_ROW) else kind for block, kind in (policy.lessons or {}).items()}
    kept = tuple(kind for kind in policy.kinds if kind.name or kind.was or kind.weight)
    return replace(policy, kinds=kept, lessons=lessons)


def _after(draft: Draft, policy: Policy, deed: str) -> Policy:
    """Return what the page shows after a button that keeps nothing. With the first kind, what counted alike counts as it."""
    kinds = list(policy.kinds)
    if deed == "more" and not kinds:
        all_of_it = {one.block: f"{_ROW}0" for one in policies.lessons_of(draft.outline)}
        return replace(policy, kinds=(Kind("", 100.0),), lessons=all_of_it)
    if deed == "more" and len(kinds) < policies.MOST_KINDS:
        kinds.append(Kind("", max(0.0, 100 - sum(kind.weight for kind in kinds))))
    if deed == "even":
        kinds = [replace(kind, weight=weight) for kind, weight in zip(kinds, policies.evened(kinds), strict=True)]
    if deed.startswith("less-") and deed[5:].isdecimal() and int(deed[5:]) < len(kinds):
        gone = kinds.pop(int(deed[5:]))
        lessons = {
            block: "" if kind == gone.name or kind.startswith(_ROW) else kind for block, kind in (policy.lessons or {}).items()
        }
        return replace(policy, kinds=tuple(kinds), lessons=lessons)
    return replace(policy, kinds=tuple(kinds))


def _share(number: int) -> float:
    if f"share-{number}" in request.form:
        return min(100.0, max(0.0, _figure(f"share-{number}")))
    return _EXAMPLE[number % len(_EXAMPLE)]


def _share_of_all() -> float:
    return min(100.0, max(0.0, _figure("share-all"))) if "share-all" in request.form else _EXAMPLE[0]


def _figure(name: str) -> float:
    """Return the figure in a field, in any digits; nothing is zero, and what is none is one that every rule refuses."""
    said = latin_digits(request.form.get(name, "")).strip().replace(",", ".")[:12]
    try:
        value = float(said) if said else 0.0
    except ValueError:
        return _NOT_A_FIGURE
    return value if abs(value) < 1e6 else _NOT_A_FIGURE  # noqa: PLR2004 -- infinity and what is no number fail too


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/settings/grading", view_func=grading, methods=["GET", "POST"])
