"""The people of a course: who learns in it, who is invited, and how many come in at once from a list."""

from __future__ import annotations

import base64
import csv
import io
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.adapters.enrolments import cohorts_of_course
from lms_app.domain.actors import Place, PlaceKind
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.domain.permissions import Action, allows
from lms_app.services.authoring.team import team_of
from lms_app.services.credentials.exporting import safe_cell
from lms_app.services.learning import bulk_enrolling, inviting, members
from lms_app.services.learning.bulk_enrolling import Line
from lms_app.services.learning.reading_tables import LARGEST, MOST_ROWS, Row, read_table
from lms_app.services.learning.rosters import Named, read_roster
from lms_app.storage.session import Session
from lms_app.web.access import asked_course
from lms_app.web.account import limits
from lms_app.web.context import actor, now, own_number, takwin
from lms_app.web.studio import list_words
from lms_app.web.studio.checks import isolated
from lms_app.web.studio.frame import frame
from lms_app.web.studio.list_words import FATES
from lms_app.web.words import words_of

_MOST_UNPACKED: Final = 2 * LARGEST
_SHOWN: Final = 200


def people(course_key: str) -> str:
    """Show the learners, and the ways to everything about people."""
    return _page()


def _page(wrong: str = "") -> str:
    course = asked_course()
    asked = {name: request.values.get(name, "") for name in ("q", "cohort")} if request.method == "GET" else {"q": "", "cohort": ""}
    with takwin().reading() as session:
        page = members.list_learners(
            session,
            course.id,
            words=asked["q"],
            cohort=asked["cohort"],
            page=request.args.get("page", 1, type=int),
            country=actor().country,
        )
        number, places = inviting.waiting_places(session, course.id)
        cohorts = cohorts_of_course(session, course.id)
        team = team_of(session, course.id)
    return render_template(
        "studio/people.html",
        page=page,
        asked=asked,
        places=places,
        places_number=number,
        cohorts=[(row.id, row.name, row.members) for row in cohorts],
        cohort_choices=[("", gettext("None")), *((row.id, row.name) for row in cohorts)],
        team=team,
        may_open_cohort=allows(actor(), Action.CREATE_COHORT, [Place(PlaceKind.COURSE, course.id)]),
        course=course,
        wrong=wrong,
        **frame("people"),
    )


def enrol_one(course_key: str) -> AnyResponse | tuple[str, int]:
    """Put one person into the course, by user name, e-mail or phone."""
    course, said = asked_course(), request.form.get("person", "").strip()[:200]
    try:
        rows = _one(said)
        _count_a_look()
        with takwin().transaction() as session:
            line = bulk_enrolling.carry_out(session, actor(), course, rows, cohort_id=_cohort(session), now=now())[0]
        _raise(line)
    except Invalid as error:
        return _page(wrong=words_of(error)), 422
    words = FATES[line.fate][1]
    flash(f"{isolated(line.row.identifier)}: {gettext(words)}", "success")
    return redirect(url_for("studio.people", course_key=course.key), 303)


def _one(said: str) -> tuple[Named, ...]:
    """Return a list of one; a word that could head a column names nobody."""
    found = read_roster([(1, (said,))], country=actor().country) if said else ()
    if not found:
        raise Invalid("required", field="person")
    return found


def _count_a_look() -> None:
    """Count what tells which addresses have an account: the look at a list, and the deed, which tells as much."""
    limits.take(limits.LISTS_LOOKED_AT, str(own_number()))


def _raise(line: Line) -> None:
    if line.wrong:
        raise line.wrong


def change_learners(course_key: str) -> AnyResponse | tuple[str, int]:
    """Move the chosen learners into a cohort, or take them out."""
    course = asked_course()
    chosen = [PersonId(number) for number in request.form.getlist("person", type=int)]
    deed = request.form.get("deed", "")
    try:
        with takwin().transaction() as session:
            if deed == "out":
                done = members.take_out_learners(session, actor(), course.id, chosen, now=now())
            else:
                asked = request.form.get("to", "")
                cohort = None if asked == members.NO_COHORT else _number(asked)
                done = members.move_learners(session, actor(), course.id, chosen, cohort, now=now())
    except Invalid as error:
        return _page(wrong=words_of(error)), 422
    if deed == "out":
        flash(ngettext("%(num)s learner is taken out. Answers and grades are kept.", "%(num)s learners are taken out. Answers and grades are kept.", done), "success")  # fmt: skip  # noqa: E501
    else:
        flash(ngettext("%(num)s learner is moved.", "%(num)s learners are moved.", done), "success")
    return redirect(url_for("studio.people", course_key=course.key), 303)


def withdraw(course_key: str, invitation_id: int) -> AnyResponse:
    """Take a place back that nobody took."""
    course = asked_course()
    with takwin().transaction() as session:
        inviting.withdraw(session, actor(), course.id, invitation_id, now=now())
    flash(gettext("The place is taken back."), "success")
    return redirect(url_for("studio.people", course_key=course.key, _anchor="places"), 303)


def enrol_list(course_key: str) -> Response | str | tuple[str, int]:
    """Ask for a list; show what would become of each row; do it."""
    if request.method == "GET":
        return _asking()
    if request.form.get("change") == "1":
        return _asking(was_file=not _text())
    course = asked_course()
    makes = request.form.get("makes_accounts") == "1"
    goes = request.form.get("go") == "1"
    try:
        rows = _unpacked() if goes else _sent()
        roster = read_roster(rows, country=actor().country)
        _count_a_look()
        if goes:
            with takwin().transaction() as session:
                lines = bulk_enrolling.carry_out(
                    session, actor(), course, roster, cohort_id=_cohort(session), makes_accounts=makes, country=actor().country, now=now()
                )  # fmt: skip
        else:
            with takwin().reading() as session:
                lines = bulk_enrolling.look(session, course, roster, cohort_id=_cohort(session), makes_accounts=makes)
    except Invalid as error:
        return _asking(words_of(error)), 422
    page = make_response(_report(lines, rows, goes=goes, makes=makes))
    page.headers["Cache-Control"] = "no-store"  # codes are shown this once
    return page


def report_file(course_key: str) -> Response:
    """Send a report that was shown as a table for spreadsheets, in which no cell is a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    for cells in _read_packed(request.form.get("report", "")):
        writer.writerow([safe_cell(cell) for cell in cells])
    return Response(
        written.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=report.csv", "Cache-Control": "no-store"},
    )


def _asking(wrong: str = "", *, was_file: bool = False) -> str:
    with takwin().reading() as session:
        cohorts = cohorts_of_course(session, asked_course().id)
    return render_template(
        "studio/enrol_list.html",
        cohorts=[(row.id, row.name) for row in cohorts],
        wrong=wrong,
        sent={"text": _text(), **{name: request.values.get(name, "") for name in ("cohort_id", "makes_accounts")}},
        was_file=was_file,
        most=MOST_ROWS,
        **frame("people"),
    )


def _report(lines: Sequence[Line], rows: Sequence[Row], *, goes: bool, makes: bool) -> str:
    counts = Counter(line.fate for line in lines)
    told = [(line, list_words.fate_words(line, done=goes), list_words.why(line)) for line in lines]
    head = [gettext("Line"), gettext("As written"), gettext("Result"), gettext("Why, and how to mend it"), gettext("User name")]
    cells = [[str(line.row.line), line.row.said, fate, why, line.card.user_name if line.card else ""] for line, fate, why in told]
    first = sorted(told, key=lambda one: one[0].fate != bulk_enrolling.REFUSED)
    return render_template(
        "studio/enrol_report.html",
        told=first[:_SHOWN],
        left_off=max(0, len(told) - _SHOWN),
        counts=[(FATES[fate][2], list_words.number_of(fate, counts[fate], done=goes)) for fate in FATES if counts[fate]],
        kinds={fate: kind for fate, (_before, _after, kind) in FATES.items()},
        cards=[line.card for line in lines if line.card],
        address=url_for("account.recover_by_code", _external=True),
        goes=goes,
        makes=makes,
        cohort_id=request.form.get("cohort_id", ""),
        does_something=any(line.fate in {"enrol", "account", "invite"} or line.moves for line in lines),
        words="" if goes else _packed([[_text()]]),
        packed="" if goes else _packed([[str(number), *row] for number, row in rows]),
        report=_packed([head, *cells]),
        course=asked_course(),
        **frame("people"),
    )


def _text() -> str:
    """Return the list as it was pasted: in its field, or as the page of the look carried it; '' of a file."""
    if "words" not in request.form:
        return request.values.get("text", "")
    try:
        return "".join(cell for row in _read_packed(request.form["words"]) for cell in row)
    except Invalid:
        return ""


def _sent() -> tuple[Row, ...]:
    upload = request.files.get("list")
    if upload is not None and upload.filename:
        return read_table(upload.stream.read(LARGEST + 1))
    return read_table(request.form.get("text", "").encode())


def _cohort(session: Session) -> int | None:
    """Return the cohort that was chosen for all; one of another course is none that there is."""
    asked = request.form.get("cohort_id", "")
    if not asked:
        return None
    number = _number(asked)
    if number not in {row.id for row in cohorts_of_course(session, asked_course().id)}:
        raise NotFound("no_such_cohort")
    return number


def _number(asked: str) -> int:
    if not asked.isascii() or not asked.isdecimal():
        raise Invalid("cohort_needed", field="to")
    return int(asked[:9])


def _packed(rows: Sequence[Sequence[str]]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows, ensure_ascii=False).encode())).decode()


def _unpacked() -> tuple[Row, ...]:
    rows = _read_packed(request.form.get("rows", ""))
    found = tuple((int(row[0][:9]), tuple(row[1:])) for row in rows if row and row[0].isascii() and row[0].isdecimal())
    if not found:
        raise Invalid("roster_empty", field="list")
    return found


def _read_packed(packed: str) -> list[list[str]]:
    """Return rows of text that a page of ours carried; whatever else somebody sends in their place is refused."""
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(base64.b64decode(packed, validate=True), _MOST_UNPACKED)
        rows: Any = json.loads(text)
    except (ValueError, RecursionError, zlib.error) as error:
        raise Invalid("bad_request", field="rows") from error
    is_table = isinstance(rows, list) and len(rows) <= MOST_ROWS + 1
    if not is_table or not all(isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows):
        raise Invalid("bad_request", field="rows")
    found: list[list[str]] = rows
    return found


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    top = "/<course_key>/people"
    pages.add_url_rule(top, view_func=people)
    pages.add_url_rule(f"{top}/one", view_func=enrol_one, methods=["POST"])
    pages.add_url_rule(f"{top}/change", view_func=change_learners, methods=["POST"])
    pages.add_url_rule(f"{top}/list", view_func=enrol_list, methods=["GET", "POST"])
    pages.add_url_rule(f"{top}/report", view_func=report_file, methods=["POST"])
    pages.add_url_rule(
        f"{top}/places/<int:invitation_id>/withdraw", endpoint="withdraw_place", view_func=withdraw, methods=["POST"]
    )
