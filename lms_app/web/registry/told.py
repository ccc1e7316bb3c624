"""The facts of a certificate in the reader's language, in the order in which a partner checks them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from lms_app.i18n import direction_of
from lms_app.web.i18n import N_, language, theirs, written_date, written_number, written_percent
from lms_app.web.verify.words import kind_in_words
from takwin_certificates.facts import Competence, Part, Signatory
from takwin_certificates.record import Record

Facts = Mapping[str, Any]
"""Facts by their names in `Record`, with the types they have there."""


def facts_of(record: Record) -> dict[str, Any]:
    """Return every fact of a record by its name."""
    return {each.name: getattr(record, each.name) for each in fields(Record)}


def told(facts: Facts, names: Collection[str] = ()) -> list[tuple[str, Markup]]:
    """Return what these facts (of them, those in `names`) say, as pairs of a term and its value; what they do not say is left out."""
    pairs = []
    for name, (term, tell) in _TERMS.items():
        if names and name not in names:
            continue
        value = facts.get(name)
        if value is not None and value not in ("", ()) and value != {}:
            pairs.append((gettext(term), tell(value, facts)))
    return pairs


def told_in_parts(facts: Facts) -> list[tuple[str, list[tuple[str, Markup]]]]:
    """Return what these facts say under headings, for a page that says everything."""
    parts = [(gettext(heading), told({**_context(facts), **_only(facts, names)}, names)) for heading, names in _PARTS]
    return [(heading, pairs) for heading, pairs in parts if pairs]


def _only(facts: Facts, names: Iterable[str]) -> dict[str, Any]:
    return {name: facts[name] for name in names if name in facts}


def _context(facts: Facts) -> dict[str, Any]:
    return _only(facts, ("language", "titles"))


def names_of(facts: Facts) -> list[Markup]:
    """Return the holder's names: in the script of the reader's language first."""
    scripts = [("name_arabic", "ar"), ("name_latin", ""), ("name_tifinagh", "zgh")]
    if language() != "ar":
        scripts = [scripts[1], scripts[0], scripts[2]]
    return [theirs(facts[name], code) for name, code in scripts if facts.get(name)]


def title_of(facts: Facts) -> Markup:
    """Return the title in the language of the paper, told as such."""
    code = str(facts.get("language", ""))
    titles = facts.get("titles") or {}
    found = code if code in titles else next(iter(titles), "")
    return _in_language(titles.get(found, ""), found)


def code_shown(code: object) -> Markup:
    """Return a code as it is read aloud, left to right wherever it stands."""
    return Markup('<bdi dir="ltr" class="tk-code">{}</bdi>').format(code)


def _in_language(text: str, code: str) -> Markup:
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(code, direction_of(code), text) if code else theirs(text)


def _name(code: str) -> Callable[[Any, Facts], Markup]:
    return lambda value, _facts: theirs(value, code)


def _text(value: Any, _facts: Facts) -> Markup:
    return theirs(value)


def _code(value: Any, _facts: Facts) -> Markup:
    return code_shown(value)


def _date(value: Any, _facts: Facts) -> Markup:
    return written_date(value)


def _hours(value: float, _facts: Facts) -> Markup:
    # A part of an hour takes the word that follows large numbers; in French, below two, that of one.
    number = int(value) if value == int(value) else 11 if value > 2 else 0  # noqa: PLR2004 -- grammar
    return escape(ngettext("%(hours)s hour", "%(hours)s hours", number, hours=written_number(value)))


def _visits(value: int, _facts: Facts) -> Markup:
    return escape(ngettext("%(num)s cooperative visited", "%(num)s cooperatives visited", value))


def _grade(value: int, _facts: Facts) -> Markup:
    return escape(written_percent(value / 100))


def _titles(_value: Any, facts: Facts) -> Markup:
    shown, here = title_of(facts), facts["titles"].get(language())
    if not here or language() == facts.get("language"):
        return shown
    return Markup('{}<br><span class="tk-small tk-soft">{}</span>').format(shown, _in_language(here, language()))


def _chosen(texts: Mapping[str, str], facts: Facts) -> Markup:
    """Return a text in the reader's language, else in that of the paper."""
    code = next((one for one in (language(), str(facts.get("language", "")), *texts) if one in texts), "")
    return _in_language(texts.get(code, ""), code)


def _competences(value: Iterable[Competence], facts: Facts) -> Markup:
    return _listed(
        _chosen(each.texts, facts)
        if each.level is None
        else Markup('{} <span class="tk-badge">{}</span>').format(
            _chosen(each.texts, facts), gettext("level %(level)s of 4", level=each.level)
        )
        for each in value
    )


def _people(value: Iterable[str], _facts: Facts) -> Markup:
    return _listed(theirs(each) for each in value)


def _signatories(value: Iterable[Signatory], _facts: Facts) -> Markup:
    return _listed(
        Markup("{} – {}").format(theirs(each.title), theirs(each.name)) if each.name else theirs(each.title) for each in value
    )


def _partners(value: Iterable[Any], _facts: Facts) -> Markup:
    return _listed(theirs(each.name) for each in value)


def _parts(value: Iterable[Part], facts: Facts) -> Markup:
    return _listed(_chosen(each.titles, facts) for each in value)


def _listed(items: Iterable[Markup]) -> Markup:
    return Markup('<ul class="tk-plain">{}</ul>').format(Markup("").join(Markup("<li>{}</li>").format(item) for item in items))


def _kind(value: str, _facts: Facts) -> Markup:
    return escape(kind_in_words(value))


def _language(value: str, _facts: Facts) -> Markup:
    return escape(gettext(_LANGUAGES.get(value, value)))


_LANGUAGES: Final = {"ar": N_("Arabic"), "fr": N_("French"), "en": N_("English")}
_TERMS: Final[Mapping[str, tuple[str, Callable[[Any, Facts], Markup]]]] = {
    "name_latin": (N_("Name in Latin letters"), _name("")),
    "name_arabic": (N_("Name in Arabic letters"), _name("ar")),
    "name_tifinagh": (N_("Name in Tifinagh"), _name("zgh")),
    "kind": (N_("Kind of certificate"), _kind),
    "titles": (N_("Training"), _titles),
    "issuer": (N_("Issued by"), _text),
    "issued_on": (N_("Issued on"), _date),
    "valid_until": (N_("Valid until"), _date),
    "starts_on": (N_("First day"), _date),
    "ends_on": (N_("Last day"), _date),
    "hours": (N_("Duration"), _hours),
    "hours_face_to_face": (N_("of them face to face"), _hours),
    "hours_field": (N_("of them in the field"), _hours),
    "field_visits": (N_("Field practice"), _visits),
    "grade_percent": (N_("Grade"), _grade),
    "competences": (N_("What the holder can do"), _competences),
    "criteria": (N_("What was asked for it"), _chosen),
    "parts": (N_("Courses of the programme"), _parts),
    "cohort": (N_("Cohort"), _text),
    "place": (N_("Place"), _text),
    "city": (N_("Made out in"), _text),
    "trainers": (N_("Trainers"), _people),
    "assessors": (N_("Assessors"), _people),
    "signatories": (N_("Signed by"), _signatories),
    "partners": (N_("Partners"), _partners),
    "language": (N_("Language of the paper"), _language),
    "run": (N_("Edition"), _text),
    "course_key": (N_("Course"), _code),
    "number": (N_("Certificate number"), _code),
    "code": (N_("Verification code"), _code),
    "replaces": (N_("Corrects"), _code),
}
_PARTS: Final = (
    (N_("Who, and for what"), ("name_latin", "name_arabic", "name_tifinagh", "kind", "titles")),
    (
        N_("The training"),
        ("starts_on", "ends_on", "hours", "hours_face_to_face", "hours_field", "field_visits", "cohort", "place", "parts"),
    ),
    (N_("What was shown"), ("competences", "criteria", "grade_percent")),
    (N_("Who stands behind it"), ("issuer", "trainers", "assessors", "signatories", "partners")),
    (
        N_("References"),
        ("number", "code", "issued_on", "valid_until", "city", "language", "course_key", "run", "replaces"),
    ),
)
"""The headings of a page that says everything, and what stands under each."""
