"""Try it: the course as a learner has it, in a phone or in full, in any language, for any group, on any day; and as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time as hour, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from lms_app.adapters.content import CourseReader
from lms_app.domain.errors import NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.schedule import opens_at
from lms_app.runtime.page import SCRIPT, Page, Segment, assemble
from lms_app.runtime.ports import Content
from lms_app.services.authoring import drafts, trying
from lms_app.services.authoring.drafts_at import publications, published_at, revision_of
from lms_app.services.authoring.trying import Trial
from lms_app.services.learning import opening
from lms_app.services.learning.answering import Desk
from lms_app.services.learning.outlines import chapters_of, unit_of
from lms_app.services.learning.seating import Room
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.blocks.addresses import SiteUrls
from lms_app.web.blocks.calls import answer_page, read_call
from lms_app.web.blocks.how import read_how, write_how
from lms_app.web.blocks.pages import STYLE, Shown, UnitParts
from lms_app.web.blocks.policies import FRAME_RIGHTS
from lms_app.web.blocks.trials import TrialPass, TrialPasses
from lms_app.web.context import actor, end_reading, now, own_number, takwin, visit
from lms_app.web.csrf import csrf_token
from lms_app.web.i18n import language as spoken, language_name, time_zone
from lms_app.web.learn.shapes import ways
from lms_app.web.security_headers import page_policy
from lms_app.web.studio.differences import place_of_clock
from lms_app.web.studio.frame import frame

NOON: Final = hour(12)


class _TrialUrls(SiteUrls):
    """For blocks that an author tries: their calls go to the trial, their links stay in it."""

    def __init__(self, content: Content, how: str, *, blocks_origin: str | None) -> None:
        super().__init__(content, blocks_origin=blocks_origin)
        self._how = how

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        """Address of a handler in the trial."""
        path = url_for(
            "studio.try_handler", course_key=self._content.course, how=self._how, usage=usage, handler=name, suffix=suffix
        )
        return f"{path}?{query}" if query else path

    def jump_to(self, block: BlockId) -> str:
        """Address of the unit of a block, in the trial."""
        return _jump(self._content, self._how, block)

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:  # noqa: ARG002 -- part of the port
        """No address: a trial keeps nothing, so nothing waits for it on a phone."""
        return None

    def course(self) -> str:
        """Address of the course's outline, in the trial."""
        return url_for("studio.try_outline", course_key=self._content.course, how=self._how)


def _jump(content: Content, how: str, block: BlockId) -> str:
    outline = content.outline if isinstance(content, CourseReader) else None
    unit = unit_of(outline, block) if outline and block in outline else None
    return url_for("studio.try_unit", course_key=content.course, how=how, unit=unit or block)


def try_course(course_key: str) -> AnyResponse:
    """Choose as whom, when and what to try, beside the course in a phone or in full."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        groups = trying.groups_of(session, facts.id)
        around = frame("outline", draft)
    asked = _asked_trial(draft.outline.languages)
    if asked.cohort is not None and asked.cohort not in {one.id for one in groups}:
        raise NotFound("no_such_cohort")
    how, unit = write_how(asked), request.args.get("unit", "")
    if unit and unit in draft.outline:
        inner = url_for("studio.try_unit", course_key=facts.key, how=how, unit=unit_of(draft.outline, BlockId(unit)) or unit)
    else:
        inner = url_for("studio.try_outline", course_key=facts.key, how=how)
    page = render_template(
        "studio/try.html",
        inner=inner,
        how=how,
        trial=asked,
        groups=groups,
        group_options=[(str(one.id), one.name) for one in groups],
        languages_of=[(code, language_name(code)) for code in draft.outline.languages],
        is_wide=request.args.get("width") == "full",
        on=request.args.get("on", ""),
        unit=unit,
        zone=place_of_clock(),
        **around,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _framing(page_policy(takwin().settings.blocks_origin))
    return response


def try_outline(course_key: str, how: str) -> Response:
    """Show the course's outline as the learner would have it."""
    trial = read_how(how)
    with takwin().reading() as session:
        desk = _seat(session, how, trial)
        groups = {one.id: one.name for one in trying.groups_of(session, desk.course.id)}
    on = trial.on or now()
    chapters = chapters_of(desk.outline, {}, language=desk.visit.language, now=on)
    opens = opens_at(desk.outline, desk.outline.root)
    return _inner(
        "studio/try_outline.html", desk, how, trial, groups=groups, chapters=chapters, opens=opens if opens and opens > on else None
    )


def try_unit(course_key: str, how: str, unit: str) -> Response:
    """Open a unit as the learner would have it."""
    here, trial, block = takwin(), read_how(how), BlockId(unit)
    on = trial.on or now()
    with here.reading() as session:
        desk = _seat(session, how, trial, back=request.path)
        groups = {one.id: one.name for one in trying.groups_of(session, desk.course.id)}
        try:
            view, _seen = opening.open_unit(session, desk, block, is_staff=False, now=on)
        except Refused as refused:
            return _inner(
                "studio/try_closed.html",
                desk,
                how,
                trial,
                status=403,
                groups=groups,
                title=_title(desk, block),
                opens=refused.facts.get("opens"),
            )
    end_reading()
    trying.keep_trial_view(here.sessions, desk, person=own_number(), now=now())
    parts = _parts(view.page, desk, how, unit=block)
    previous, following, position = ways(view, lambda one: desk.outline.title(one, view.language))

    return _inner(
        "studio/try_unit.html",
        desk,
        how,
        trial,
        groups=groups,
        view=view,
        previous=replace(previous, href=_unit_url(how, view.previous)) if previous and view.previous else None,
        next=replace(following, href=_unit_url(how, view.next)) if following and view.next else None,
        position=position,
        segments=parts.segments,
        styles=parts.styles,
        scripts=parts.scripts,
        has_frames=parts.has_frames,
    )


def try_handler(course_key: str, how: str, usage: str, handler: str, suffix: str) -> AnyResponse:
    """Call a handler of a block in the trial; never by GET, as in a lesson."""
    here, trial = takwin(), read_how(how)
    call = read_call(usage, handler, suffix)

    def seat(session: Session) -> Desk:
        desk = _seat(session, how, trial)
        opening.check_given(desk, call.block, now=trial.on or now(), is_staff=False)
        return desk

    end_reading()
    return answer_page(trying.try_answer(here.sessions, seat, call, person=own_number(), on=trial.on or now(), now=now()))


def try_again(course_key: str, how: str) -> AnyResponse:
    """Forget what was answered in the trial."""
    read_how(how)
    facts = asked_course()
    with takwin().transaction() as session:
        trying.begin_again(session, own_number(), facts.id)
    flash(gettext("Everything that you answered while trying is forgotten."), "success")
    return redirect(url_for("studio.try_outline", course_key=facts.key, how=how), 303)


def try_renew(course_key: str, how: str, unit: str) -> Response:
    """Give a page of the trial a fresh pass for its frames."""
    trial = read_how(how)
    with takwin().reading() as session:
        desk = _seat(session, how, trial)
        opening.check_given(desk, BlockId(unit), now=trial.on or now(), is_staff=False)
    return jsonify(token=_pass(how, BlockId(unit)))


def as_of(course_key: str) -> str:
    """Show the course as learners saw it on a past day."""
    facts = asked_course()
    day = _day(request.args.get("day", "")) or now().astimezone(ZoneInfo(time_zone())).date()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        seen = publications(session, draft.course)
        end = datetime.combine(day + timedelta(days=1), hour(), tzinfo=ZoneInfo(time_zone())) - timedelta(seconds=1)
        try:
            found = published_at(session, draft.course, end)
        except NotFound:
            found = None
        desk = still_desk(session, found.snapshot) if found else None
        around = frame("history", draft)
    chapters = chapters_of(desk.outline, {}, language=desk.visit.language, now=now(), all_of_it=True) if desk else ()
    return render_template(
        "studio/as_of.html",
        day=day,
        found=found,
        chapters=chapters,
        language_shown=desk.visit.language if desk else "",
        languages_shown=desk.outline.languages if desk else (),
        first=seen[0].since if seen else None,
        **around,
    )


def as_of_unit(course_key: str, revision: int, unit: str) -> str:
    """Show a unit as it was in a state that learners saw: to be read, not to be answered."""
    facts, block = asked_course(), BlockId(unit)
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        wanted = revision_of(session, draft.course.id, revision)
        desk = still_desk(session, wanted.snapshot)
        if block not in desk.outline:
            raise NotFound("no_such_unit", block=block)
        there = [child.id for child in desk.outline.children(block)] or [block]
        page = assemble(desk.visit.render_many(there))
        around = frame("history", draft)
    return render_template(
        "studio/as_of_unit.html",
        revision=revision,
        made_at=wanted.created_at,
        unit=block,
        title=desk.outline.title(block, desk.visit.language),
        language_shown=desk.visit.language,
        blocks=[part.rendered for segment in page.segments for part in segment.parts],
        styles=[one.data for one in page.inline_resources if one.kind == "url" and one.mimetype == STYLE],
        in_draft=block in draft.outline,
        **around,
    )


def still_desk(session: Session, snapshot: str) -> Desk:
    """Seat the author before a state of the course as a learner who never answered anything, in the language asked for."""
    how = write_how(Trial(language=request.args.get("language", "")))
    trial = read_how(how)
    return trying.take_trial_seat(session, actor(), asked_course(), trial, room=_room(how), now=now(), snapshot=snapshot)


def _seat(session: Session, how: str, trial: Trial, *, back: str = "") -> Desk:
    return trying.take_trial_seat(session, actor(), asked_course(), trial, room=_room(how, back=back), now=now())


def _room(how: str, *, back: str = "") -> Room:
    here = takwin()
    return Room(
        host=here.host,
        blobs=here.blobs,
        secret=here.secret_key,
        urls=lambda content: _TrialUrls(content, how, blocks_origin=here.settings.blocks_origin),
        form_fields={"csrf_token": csrf_token(), "back": back} if back else {},
    )


def _inner(
    template: str, desk: Desk, how: str, trial: Trial, *, status: int = 200, groups: Mapping[int, str], **context: Any
) -> Response:
    """Return a page of the trial: nothing of the studio stands in it, and only our own pages may frame it."""
    html = render_template(
        template,
        key=desk.course.key,
        how=how,
        trial=trial,
        group=groups.get(trial.cohort or 0, ""),
        course_title=desk.outline.title(desk.outline.root, desk.visit.language),
        reads=desk.visit.language,
        **context,
    )
    response = make_response(html, status)
    response.headers["Content-Security-Policy"] = _framing(page_policy(takwin().settings.blocks_origin)).replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    return response


def _framing(policy: str) -> str:
    """Return the policy of a page that also frames pages of this site."""
    return re.sub(r"frame-src ((?!'self')[^;]*)", r"frame-src 'self' \1", policy)


def _parts(page: Page, desk: Desk, how: str, *, unit: BlockId) -> UnitParts:
    shown: list[Shown] = []
    for segment in page.segments:
        if segment.framed:
            shown.append(_framed(segment, desk, how, unit=unit))
        else:
            shown += [
                Shown(inline=True, html=Markup(part.rendered.html), language=part.rendered.language, title=part.rendered.title)  # noqa: S704 -- inline-safe
                for part in segment.parts
            ]
    urls = [one for one in page.inline_resources if one.kind == "url"]
    styles, scripts = (tuple(one.data for one in urls if one.mimetype == kind) for kind in (STYLE, SCRIPT))
    return UnitParts(tuple(shown), styles, scripts, has_frames=page.is_framed)


def _framed(segment: Segment, desk: Desk, how: str, *, unit: BlockId) -> Shown:
    origin = takwin().settings.blocks_origin
    rendered = [part.rendered for part in segment.parts]
    place = url_for("blocks.trial", token=_pass(how, unit), count=len(rendered), first=rendered[0].block)
    title = " · ".join(one.title for one in rendered if one.title) or gettext("Activity")
    rights = f"{FRAME_RIGHTS} allow-same-origin" if origin else FRAME_RIGHTS
    renew = url_for("studio.try_renew", course_key=desk.course.key, how=how, unit=unit)
    html = Markup(
        '<iframe class="tk-frame" src="{}" title="{}" sandbox="{}" allow="fullscreen; autoplay" data-renew="{}" '
        'referrerpolicy="no-referrer"></iframe>'
    ).format(f"{origin or ''}{place}", title, rights, renew)
    return Shown(inline=False, html=html, language=segment.parts[0].rendered.language, title=title)


def _pass(how: str, unit: BlockId) -> str:
    here = visit()
    if here is None:
        raise NeedsSignIn
    granted = TrialPass(PersonId(own_number()), asked_course().key, unit, how, spoken(), here.device)
    return TrialPasses(takwin().secret_key).write(granted)


def _asked_trial(languages: tuple[str, ...]) -> Trial:
    """Return what the form asks for: `state`, `language`, `cohort` and `on`, a day."""
    cohort = request.args.get("cohort", type=int)
    day = _day(request.args.get("on", ""))
    on = datetime.combine(day, NOON, tzinfo=ZoneInfo(time_zone())).astimezone(UTC) if day else None
    language = request.args.get("language", "") or (spoken() if spoken() in languages else languages[0])
    return Trial(of_draft=request.args.get("state") != "published", language=language, cohort=cohort, on=on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _title(desk: Desk, block: BlockId) -> str:
    return desk.outline.title(block, desk.visit.language) if block in desk.outline else ""


def _unit_url(how: str, unit: BlockId) -> str:
    return url_for("studio.try_unit", course_key=asked_course().key, how=how, unit=unit)


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    one = "/<course_key>/try/<how>"
    pages.add_url_rule("/<course_key>/try", view_func=try_course)
    pages.add_url_rule(one, view_func=try_outline)
    pages.add_url_rule(f"{one}/unit/<path:unit>", view_func=try_unit)
    pages.add_url_rule(f"{one}/renew/<path:unit>", view_func=try_renew)
    pages.add_url_rule(f"{one}/again", view_func=try_again, methods=["POST"])
    pages.add_url_rule(f"{one}/handler/<usage>/<handler>", view_func=try_handler, methods=["POST"], defaults={"suffix": ""})
    pages.add_url_rule(f"{one}/handler/<usage>/<handler>/<path:suffix>", view_func=try_handler, methods=["POST"])
    pages.add_url_rule("/<course_key>/as-of", view_func=as_of)
    pages.add_url_rule("/<course_key>/as-of/<int:revision>/unit/<path:unit>", view_func=as_of_unit)
