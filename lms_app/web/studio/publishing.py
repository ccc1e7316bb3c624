"""From draft to what learners see: what would change, publishing whole, in part or later, and the history with its ways back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms_app.domain.errors import Conflict, Invalid, NotFound, TakwinError
from lms_app.domain.keys import BlockId
from lms_app.services.authoring import checks, drafts, planning, publishing
from lms_app.services.authoring.comparing import Comparison, Consequence, compare, consequences, details
from lms_app.services.authoring.drafts_at import HistoryLine, history as history_of, revision_of, saved_since
from lms_app.services.authoring.planning import Plan
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import theirs, time_zone
from lms_app.web.odd_input import asked_number
from lms_app.web.studio.checks import shown
from lms_app.web.studio.desks import resources_of
from lms_app.web.studio.differences import ShownPart, Teller, consequence_words, place_of_clock
from lms_app.web.studio.frame import frame
from lms_app.web.studio.shapes import preview_of
from lms_app.web.studio.ticking import counted, places_of, samples, with_those_below
from lms_app.web.studio.trying import still_desk
from lms_app.web.words import words_of

PARTS_ON_A_PAGE: Final = 20

_LONGEST: Final = 500
"""Of what the history says of a change."""
_MEND_FIRST: Final = 5
"""Grave findings of the checklist that stand on the page itself."""


@dataclass(frozen=True)
class _Told:
    """A comparison in words, as the templates take it."""

    parts: list[ShownPart]
    count: int
    page: int
    pages: int
    warnings: list[Markup]
    new: int
    gone: int
    changed: int


def changes(course_key: str) -> str:
    """Show what publishing would change, and let it be published: whole, in part, or later."""
    return _changes_page()


def publish(course_key: str) -> Response | tuple[str, int]:
    """Show learners the draft, or the parts of it that were ticked."""
    key = asked_course().key
    parts = [BlockId(part) for part in request.form.getlist("part")]
    expected = request.form.get("revision", type=int)
    try:
        if request.form.get("what") == "parts":
            _publish_parts(parts, expected)
        else:
            with takwin().transaction() as session:
                publishing.publish_draft(session, actor(), key, expected=expected, now=now())
            flash(gettext("Published. Learners see it now."), "success")
    except Conflict as error:
        return _changes_page(refused=error, since=expected, ticked=parts), 409
    except Invalid as error:
        return _changes_page(refused=error, ticked=parts), 422
    return redirect(url_for("studio.course", course_key=key), 303)


def _publish_parts(parts: Sequence[BlockId], expected: int | None) -> None:
    key = asked_course().key
    message = ngettext("Published %(num)s part", "Published %(num)s parts", len(parts))
    if not parts:
        raise Invalid("nothing_ticked")
    with takwin().transaction() as session:
        found = compare(session, drafts.open_draft(session, key).snapshot, asked_course().snapshot)
        what = counted(found, with_those_below(found, parts))
        laid = publishing.publish_parts(session, actor(), key, parts, expected=expected or 0, message=message, now=now())
        outline, along = drafts.open_draft(session, key).outline, laid.taken_along
    flash(gettext("Published: %(parts)s. Learners see it now; the rest waits in the draft.", parts=what), "success")
    if along:
        named = Markup(", ").join(theirs(outline[one].title if one in outline else one) for one in along)
        flash(Markup(gettext("These went along, since the others need them: %(titles)s", titles=named)), "info")  # noqa: S704 -- escaped titles


def see_change(course_key: str, block: str) -> str:
    """Show one block as learners see it now, and as they would."""
    facts, one = asked_course(), BlockId(block)
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        sides = []
        for name, snapshot in (("before", facts.snapshot), ("after", draft.snapshot)):
            desk = still_desk(session, snapshot) if snapshot else None
            shown = desk.visit.render(one) if desk and one in desk.outline else None
            sides.append((name, preview_of(shown, desk.outline[one]) if desk and shown else None))
        if not any(shown for _, shown in sides):
            raise NotFound("no_such_block", block=block)
        around = frame("outline", draft)
    previews = [shown for _, shown in sides if shown]
    return render_template("studio/see_change.html", sides=sides, title=previews[-1].title, **resources_of(previews), **around)


def plan_publication(course_key: str) -> Response | tuple[str, int]:
    """Publish the draft as it is now at a moment to come."""
    key = asked_course().key
    expected = request.form.get("revision", type=int)
    try:
        at = _asked_moment()
        with takwin().transaction() as session:
            if request.form.get("what") == "keep":
                planning.confirm_plan(session, actor(), key, at=at, now=now())
            else:
                planning.plan_publication(session, actor(), key, expected=expected or 0, at=at, now=now())
    except Conflict as error:
        return _changes_page(refused=error, since=expected), 409
    except Invalid as error:
        return _changes_page(refused=error, wrong_moment=words_of(error)), 422
    flash(gettext("Planned. You can change or cancel it here until then."), "success")
    return redirect(url_for("studio.changes", course_key=key, _anchor="later"), 303)


def cancel_publication(course_key: str) -> Response:
    """Publish nothing later after all."""
    key = asked_course().key
    with takwin().transaction() as session:
        planning.cancel_plan(session, actor(), key, now=now())
    flash(gettext("Nothing is planned any more."), "success")
    return redirect(url_for("studio.changes", course_key=key), 303)


def discard(course_key: str) -> Response:
    """Go back to what learners see."""
    key = asked_course().key
    message = gettext("Back to what is published")
    with takwin().transaction() as session:
        publishing.discard_draft(session, actor(), key, message=message, now=now())
    flash(gettext("The draft is again what learners see. What you left out stays in the history."), "success")
    return redirect(url_for("studio.course", course_key=key), 303)


def history(course_key: str) -> str:
    """List what was done, newest first, by days."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        found = history_of(session, draft.course, page=asked_number("page") or 1)
        around = frame("history", draft)
    zone = ZoneInfo(time_zone())
    days: dict[Any, list[HistoryLine]] = {}
    for line in found.lines:
        days.setdefault(line.made_at.astimezone(zone).date(), []).append(line)
    return render_template(
        "studio/history.html",
        days=days,
        page=found.page,
        pages=found.pages,
        can_undo=bool(draft.revision.parents),
        revision=draft.revision.id,
        today=now().astimezone(zone).date().isoformat(),
        **around,
    )


def difference(course_key: str, revision: int) -> str:
    """Show what one state changed of the one before it, with ways to bring any of it back."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        wanted = revision_of(session, draft.course.id, revision)
        before = revision_of(session, draft.course.id, wanted.parents[0]) if wanted.parents else None
        found = compare(session, wanted.snapshot, before.snapshot if before else None)
        told = _told(session, found, see=False)
        around = frame("history", draft)
    return render_template(
        "studio/changes.html",
        told=told,
        revision=revision,
        before=before.id if before else None,
        message=wanted.message,
        made_at=wanted.created_at,
        is_draft=wanted.id == draft.revision.id,
        in_draft=draft.outline.entries.keys(),
        root=draft.outline.root,
        **around,
    )


def restore(course_key: str, revision: int) -> Response:
    """Make an old state the draft again, or one block or part of it."""
    key = asked_course().key
    block = request.form.get("block", "")
    try:
        with takwin().transaction() as session:
            draft = drafts.open_draft(session, key)
            if block:
                message = _words_of_restored(draft, BlockId(block))
                publishing.restore_part(session, actor(), key, revision, BlockId(block), message=message, now=now())
            else:
                message = _words_of_state(revision_of(session, draft.course.id, revision).message)
                publishing.restore(session, actor(), key, revision, message=message, now=now())
    except Invalid as error:
        flash(words_of(error), "info")
        return redirect(url_for("studio.history", course_key=key), 303)
    if block:
        flash(gettext("The draft has it again as it was then. Learners see it once you publish."), "success")
    else:
        flash(gettext("You are back at that state. Learners see it once you publish."), "success")
    return redirect(url_for("studio.course", course_key=key), 303)


def _words_of_state(said: str) -> str:
    """Return what the history says of a way back to a state, told by what was done then."""
    return str(gettext("Back to the state “%(what)s”", what=said) if said else gettext("Back to an earlier state"))[:_LONGEST]


def _words_of_restored(draft: drafts.Draft, block: BlockId) -> str:
    if block == draft.outline.root:
        return str(gettext("The course’s own settings and pages brought back"))
    title = draft.outline[block].title if block in draft.outline else block
    return str(gettext("“%(title)s” brought back from an earlier state", title=title))[:_LONGEST]


def undo_last(course_key: str) -> Response:
    """Take the last change back."""
    key = asked_course().key
    expected = request.form.get("revision", type=int) or 0
    with takwin().transaction() as session:
        publishing.undo_last(session, actor(), key, expected=expected, message=gettext("The last change taken back"), now=now())
    flash(gettext("The last change is taken back. The history still has it."), "success")
    return redirect(url_for("studio.history", course_key=key), 303)


def _changes_page(
    *, refused: TakwinError | None = None, since: int | None = None, ticked: Sequence[BlockId] = (), wrong_moment: str = ""
) -> str:
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        found = compare(session, draft.snapshot, facts.snapshot)
        warned = consequences(session, found, facts.id)
        told = _told(session, found, warned)
        places, implied = places_of(found), with_those_below(found, ticked)
        plan = planning.plan_of(session, draft.course)
        meanwhile = saved_since(session, draft.course, since) if since and refused else ()
        wrong = checks.run(session, facts.key, now=now()) if told.count else ()
        around = frame("outline", draft)
    zone = ZoneInfo(time_zone())
    grave = [one for one in wrong if one.severity == "must"]
    return render_template(
        "studio/publish.html",
        told=told,
        to_mend=shown(draft.outline, facts.key, grave[:_MEND_FIRST]),
        found=len(wrong),
        revision=draft.revision.id,
        refused=words_of(refused) if refused and not wrong_moment else "",
        meanwhile=meanwhile,
        ticked=implied,
        places=places,
        ticked_words=counted(found, implied),
        samples=samples(),
        plan=plan,
        plan_needs_word=planning.needs_a_word(plan),
        moment=_moment_field(plan, zone),
        wrong_moment=wrong_moment,
        zone=place_of_clock(),
        **around,
    )


def _told(session: Session, found: Comparison, warned: Sequence[Consequence] = (), *, see: bool = True) -> _Told:
    """Put one page of a comparison into words; only what stands on it is read."""
    parts = found.parts()
    pages = max(1, -(-len(parts) // PARTS_ON_A_PAGE))
    page = min(max(1, asked_number("page") or 1), pages)
    here = parts[(page - 1) * PARTS_ON_A_PAGE : page * PARTS_ON_A_PAGE]
    blocks = [block for block in found.blocks if found.part_of(block) in here]
    teller = Teller(asked_course().key, found, details(session, found, blocks), takwin().host.types, see=see)
    titles = {one.block: found.entry(one.block).title for one in warned if one.block}
    return _Told(
        parts=teller.parts(here),
        count=len(parts),
        page=page,
        pages=pages,
        warnings=[consequence_words(one, titles.get(one.block, "") if one.block else "") for one in warned],
        new=len(found.added),
        gone=len(found.removed),
        changed=len(found.blocks - found.added - found.removed),
    )


def _asked_moment() -> datetime:
    """Return the moment that the form names, by the clocks of the author's country."""
    try:
        local = datetime.fromisoformat(request.form.get("at", "").strip())
        return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(time_zone()))).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the second: before the first year there is
        raise Invalid("bad_publication_moment", field="at") from error


def _moment_field(plan: Plan | None, zone: ZoneInfo) -> str:
    if request.method == "POST" and request.form.get("at"):
        return request.form["at"]
    return plan.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if plan else ""


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/changes", view_func=changes)
    pages.add_url_rule("/<course_key>/changes/<path:block>", view_func=see_change)
    pages.add_url_rule("/<course_key>/publish", view_func=publish, methods=["POST"])
    pages.add_url_rule("/<course_key>/plan", view_func=plan_publication, methods=["POST"])
    pages.add_url_rule("/<course_key>/plan/cancel", view_func=cancel_publication, methods=["POST"])
    pages.add_url_rule("/<course_key>/discard", view_func=discard, methods=["POST"])
    pages.add_url_rule("/<course_key>/history", view_func=history)
    pages.add_url_rule("/<course_key>/history/undo", view_func=undo_last, methods=["POST"])
    pages.add_url_rule("/<course_key>/history/<int:revision>/changes", view_func=difference)
    pages.add_url_rule("/<course_key>/history/<int:revision>", view_func=restore, methods=["POST"])
