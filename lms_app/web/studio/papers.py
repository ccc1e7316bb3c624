"""How the certificates of a course look: the design, who signs, which partners are named, what was learnt; with a real preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.findings import Findings
from lms_app.domain.papers import (
    DESIGNS,
    MOST_COMPETENCES,
    MOST_PARTNERS,
    MOST_SIGNATORIES,
    Paper,
    PartnerPlace,
    SignatoryPlace,
    read_paper,
)
from lms_app.i18n import CODES, LANGUAGES, latin_digits
from lms_app.services.authoring import drafts
from lms_app.services.credentials.papers import change_paper
from lms_app.services.credentials.pictures import clean_picture
from lms_app.services.credentials.sampling import KINDS, sample_record
from lms_app.web.access import asked_course
from lms_app.web.context import actor, now, takwin
from lms_app.web.i18n import language as page_language
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of

DESIGN_NAMES = {
    "zellige-2": lazy_gettext("Formal, landscape"),
    "modern-1": lazy_gettext("Modern, portrait"),
    "programme-1": lazy_gettext("With the partners' logos, landscape"),
}
KIND_NAMES = {
    "participation": lazy_gettext("Statement of participation"),
    "completion": lazy_gettext("Certificate of completion"),
    "competence": lazy_gettext("Certificate of competence"),
}
_EMPTY_ROWS = 2
"""How many empty rows follow those that are filled in: saving gives the next ones, script or not."""


def paper(course_key: str) -> AnyResponse | str | tuple[str, int]:
    """Show and change how the course's certificates look."""
    facts = asked_course()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, facts.key)
        stored = read_paper(draft.course.certificate)
    shown = stored
    find = Findings()
    if request.method == "POST":
        shown = _read_form(stored, find)
        if not find.wrong:
            find(lambda: _keep(shown))
        if not find.wrong:
            flash(gettext("Saved. Certificates that are out already keep their look."), "success")
            return redirect(url_for("studio.paper", course_key=facts.key), 303)
    wrong = {field: words for error in find.wrong for field, words in _said(error).items()}
    page = render_template(
        "studio/paper.html",
        paper=shown,
        wrong=wrong,
        designs=[(name, DESIGN_NAMES[name]) for name in DESIGNS],
        kinds=[(kind, KIND_NAMES[kind]) for kind in KINDS],
        spoken=LANGUAGES,
        language_pairs=[(one.code, one.name) for one in LANGUAGES],
        may_consent=actor().is_site_admin,
        rows=_rows(shown),
        **frame("settings", draft),
    )
    return (page, 422) if wrong else page


def paper_picture(course_key: str, sha256: str) -> Response:
    """Give a logo or a scanned signature of this course's certificates to those who make the course."""
    with takwin().reading() as session:
        named = read_paper(drafts.open_draft(session, asked_course().key).course.certificate).pictures()
    if sha256 not in named:
        raise NotFound("no_such_file")
    return Response(takwin().blobs.get(sha256), mimetype="image/png")


def paper_preview(course_key: str) -> Response:
    """Draw the certificate as it would be made out, for somebody who does not exist."""
    here = takwin()
    facts = asked_course()
    wanted = request.args.get("language", ""), request.args.get("kind", "")
    language = wanted[0] if wanted[0] in CODES else page_language()
    kind = wanted[1] if wanted[1] in KINDS else "completion"
    with here.reading() as session:
        draft = drafts.open_draft(session, facts.key)
        paper_now = read_paper(draft.course.certificate)
        record = sample_record(
            draft.outline,
            key=facts.key,
            hours=facts.hours,
            paper=paper_now,
            kind=kind,
            language=language,
            issuer=here.issuer.name,
            site=here.settings.site_url,
            now=now(),
        )
    data = here.draw_sample(record, pictures=paper_now.pictures())
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="preview-{kind}-{language}.pdf"'
    return response


def _keep(wanted: Paper) -> None:
    with takwin().transaction() as session:
        change_paper(session, actor(), asked_course().key, wanted, now=now())


def _read_form(stored: Paper, find: Findings) -> Paper:
    """Return the paper as it was typed; pictures that were sent are cleaned and kept, others stay as they were.

    What can't be read goes to `find`, and the rest is still returned: nobody types a page twice.
    """
    sent = request.form
    return Paper(
        template=sent.get("template", ""),
        city=_texts("city"),
        signatories=tuple(
            SignatoryPlace(_texts(f"signatory-{number}-title"), _text(f"signatory-{number}-name"), picture)
            for number, picture in _kept("signatory", MOST_SIGNATORIES, [each.picture for each in stored.signatories], find)
            if _texts(f"signatory-{number}-title") or _text(f"signatory-{number}-name")
        ),
        partners=tuple(
            PartnerPlace(_text(f"partner-{number}-name"), logo, has_consented=_consent(stored, number))
            for number, logo in _kept("partner", MOST_PARTNERS, [each.logo for each in stored.partners], find)
            if _text(f"partner-{number}-name")
        ),
        competences=tuple(texts for number in range(MOST_COMPETENCES) if (texts := _texts(f"competence-{number}"))),
        assessors=tuple(filter(None, map(str.strip, sent.get("assessors", "").splitlines()))),
        hours_field=find(lambda: _number("hours_field")),
        field_visits=find(lambda: _whole("field_visits")),
    )


def _kept(kind: str, most: int, before: list[str], find: Findings) -> list[tuple[int, str]]:
    """Return each row's number with the picture that it has now: a new one, the one from before, or none."""
    pictures = []
    for number in range(most):
        name = f"{kind}-{number}-picture"
        file = request.files.get(name)
        data = file.read() if file else b""
        shown = request.form.get(f"{name}-was", "")  # the one beside this row in the reader's page, wherever it stands now
        was = shown if shown in before and not request.form.get(f"{name}-away") else ""
        cleaned = find(partial(clean_picture, data, field=name)) if data else None
        pictures.append((number, takwin().blobs.put(cleaned) if cleaned else was))
    return pictures


def _consent(stored: Paper, number: int) -> bool:
    """Read the tick of an administrator; for others the partner of before keeps what it had, unless it was renamed."""
    if actor().is_site_admin:
        return bool(request.form.get(f"partner-{number}-consent"))
    before = stored.partners[number] if number < len(stored.partners) else None
    return before is not None and before.has_consented and before.name == _text(f"partner-{number}-name")


def _texts(name: str) -> dict[str, str]:
    return {code: text for code in CODES if (text := _text(f"{name}-{code}"))}


def _text(name: str) -> str:
    return " ".join(request.form.get(name, "").split())


def _number(name: str) -> float | None:
    return _read_number(name, lambda text: float(text.replace(",", ".")))


def _whole(name: str) -> int | None:
    found = _read_number(name, lambda text: float(int(text)))
    return None if found is None else int(found)


def _read_number(name: str, read: Callable[[str], float]) -> float | None:
    typed = latin_digits(_text(name))
    if not typed:
        return None
    try:
        found = read(typed)
    except ValueError as error:
        raise Invalid("not_a_number", field=name) from error
    if not 0 <= found < 10_000:  # noqa: PLR2004 -- also refuses NaN; more hours than this nobody trained
        raise Invalid("not_a_number", field=name)
    return found


def _said(error: Invalid) -> Mapping[str, str]:
    field = str(error.facts.get("field") or next(iter(error.facts.get("problems", ())), "template"))
    return {field: words_of(error)}


def _rows(shown: Paper) -> dict[str, int]:
    return {
        "signatories": min(MOST_SIGNATORIES, len(shown.signatories) + _EMPTY_ROWS),
        "partners": min(MOST_PARTNERS, len(shown.partners) + _EMPTY_ROWS),
        "competences": min(MOST_COMPETENCES, len(shown.competences) + _EMPTY_ROWS),
    }


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/certificate", view_func=paper, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/certificate/preview.pdf", view_func=paper_preview)
    pages.add_url_rule("/<course_key>/certificate/pictures/<sha256>", view_func=paper_picture)
