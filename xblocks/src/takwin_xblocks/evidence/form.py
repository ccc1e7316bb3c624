"""Show the trainee's form: one screen of a phone, made to be filled in on the way home from a visit, with or without network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from takwin_xblocks.contract.element import Html, Piece, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.content import MOST_PHOTOS, Asked, Band
from takwin_xblocks.evidence.facts import NOBODY, SPOKEN, WAYS, Facts, Photo
from takwin_xblocks.evidence.words import band_words, error_words, label, note, way_words
from takwin_xblocks.plan.dates import FIRST_YEAR, LAST_YEAR, DateRefused, read_date

_OF_CONSENT = frozenset({"who", "to", "when"})


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the form shows: what is asked, what was typed so far, and what is wrong with it."""

    dom_id: str
    asked: Asked
    texts: Mapping[str, str]
    typed: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    photos: Sequence[Photo] = ()
    """Photos that are there already: of a draft, or of the round that is to be corrected."""
    record: str = ""
    """The piece that is corrected; '' for a new one."""
    upload: Callable[[], Html] | None = None
    """Makes the control for as many photos as there is room for; None where the host takes no files."""
    address: Callable[[str], str] = str
    """Makes the address of a photo."""


def typed_of(facts: Facts) -> dict[str, str]:
    """Return facts as the form's fields show them."""
    counts = {f"w-{band}": count for band, count in facts.women.items()} | {f"m-{band}": count for band, count in facts.men.items()}
    return {
        "date": facts.day,
        "place": facts.place,
        "cooperative": facts.cooperative,
        **{name: str(count) for name, count in (counts | {"uncounted": facts.uncounted}).items() if count},
        **vars(facts.consent),
        **{f"q-{question}": answer for question, answer in facts.answers.items()},
    }


def fields_html(sheet: Sheet, voice: Voice) -> Html:
    """Return all fields of the form, its button not."""
    asked = sheet.asked
    facts = [_line(sheet, voice, name) for name in ("date", "place", "cooperative") if asked.asks(name)]
    return joined(
        element("input", type="hidden", name=field_name("record"), value=sheet.record) if sheet.record else None,
        _group(voice.words.gettext("When, where, with whom"), *facts) if facts else None,
        _people(sheet, voice) if asked.asks("participants") else None,
        _photos(sheet, voice) if sheet.upload is not None else None,
        _questions(sheet, voice) if asked.questions else None,
    )


def _group(title: str, *inside: Piece, **attributes: str | bool | None) -> Html:
    return element("fieldset", element("legend", title, class_="evidence__legend"), *inside, class_="evidence__group", **attributes)


def _line(sheet: Sheet, voice: Voice, name: str, *, is_needed: bool | None = None) -> Html:
    """Return a field of one line: a day with the browser's calendar, else words."""
    needed = sheet.asked.requires(name) if is_needed is None else is_needed
    value = sheet.typed.get(name, "")
    common = _common(sheet, voice, name)
    common |= {"data_agrees": True} if name in _OF_CONSENT else {"data_must": needed}
    if name in ("date", "when"):
        control = _day(value, common)
    else:
        control = element("input", type="text", value=value or None, dir="auto", class_="evidence__text", maxlength=400, **common)
    return _field(sheet, voice, name, control, needed=needed)


def _day(value: str, common: Mapping[str, str | bool | None]) -> Html:
    try:
        read = read_date(value)
    except DateRefused:
        # A calendar shows nothing of what is no date: as a text, what was typed stays.
        return element("input", type="text", inputmode="numeric", value=value, dir="ltr", class_="evidence__date", **common)
    limits = {"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"}
    return element(
        "input",
        type="date",
        value=read.isoformat() if read else None,
        placeholder="31/03/2027",
        class_="evidence__date",
        **limits,
        **common,
    )


def _common(sheet: Sheet, voice: Voice, name: str) -> dict[str, str | bool | None]:
    told = [f"{_id(sheet, name)}-note"] if note(voice, name) else []
    wrong = name in sheet.codes
    described = [f"{_id(sheet, name)}-error"] if wrong else []
    return {
        "id": _id(sheet, name),
        "name": field_name(name),
        "aria_invalid": "true" if wrong else None,
        "aria_describedby": " ".join([*described, *told]) or None,
    }


def _field(sheet: Sheet, voice: Voice, name: str, control: Html, *, needed: bool) -> Html:
    told = note(voice, name)
    return element(
        "div",
        element("label", label(voice, name), _free(voice, is_needed=needed), for_=_id(sheet, name)),
        element("p", told, class_="coop__note", id=f"{_id(sheet, name)}-note") if told else None,
        control,
        _error(sheet, voice, name),
        class_="coop__entry evidence__field",
        data_part=name,
    )


def _free(voice: Voice, *, is_needed: bool) -> Html | None:
    """Return the words beside a field that may stay empty: most are needed, so these are the ones to mark."""
    return None if is_needed else joined(" ", element("span", voice.words.gettext("(if you wish)"), class_="evidence__free"))


def _error(sheet: Sheet, voice: Voice, name: str, *, most: int = 0) -> Html:
    words = error_words(voice, sheet.codes[name], most=most) if name in sheet.codes else ""
    inside = error_html(words) if words else ""
    return element("div", inside, id=f"{_id(sheet, name)}-error", data_result_for=name)


def _id(sheet: Sheet, name: str) -> str:
    return f"{sheet.dom_id}-{name}"


# --- who took part ---


def _people(sheet: Sheet, voice: Voice) -> Html:
    _ = voice.words.gettext
    head = element(
        "tr",
        element("th", _("Age"), scope="col"),
        element("th", _("Women"), scope="col"),
        element("th", _("Men"), scope="col"),
    )
    total = element(
        "p",
        _("Together:"),
        " ",
        element("output", data_total=True, class_="evidence__total"),
        class_="evidence__sum",
        hidden=True,
        aria_live="polite",
    )
    return _group(
        _("Who took part"),
        element("p", _("Whole numbers. Leave empty where nobody was."), class_="coop__note"),
        element(
            "table",
            element("thead", head),
            element("tbody", *(_row(sheet, voice, band) for band in sheet.asked.bands)),
            class_="coop__table evidence__people",
        ),
        _field(sheet, voice, "uncounted", _count(sheet, voice, "uncounted", ""), needed=False),
        total,
        data_people=True,
    )


def _row(sheet: Sheet, voice: Voice, band: Band) -> Html:
    _ = voice.words.gettext
    name = band_words(voice, band)
    cells = []
    for sex, of_sex in (("w", _("Women, {age}")), ("m", _("Men, {age}"))):
        field_id = f"{sex}-{band.id}"
        control = _count(sheet, voice, field_id, of_sex.format(age=name))
        cells.append(element("td", control, _error(sheet, voice, field_id), data_part=field_id, class_="coop__entry"))
    return element("tr", element("th", name, scope="row", dir="auto"), *cells)


def _count(sheet: Sheet, voice: Voice, name: str, words: str) -> Html:
    common = _common(sheet, voice, name) if name == "uncounted" else _plain_common(sheet, name)
    return element(
        "input",
        type="text",
        inputmode="numeric",
        autocomplete="off",
        dir="ltr",
        maxlength=20,
        class_="evidence__count",
        value=sheet.typed.get(name) or None,
        aria_label=words or None,
        data_whole=True,
        **common,
    )


def _plain_common(sheet: Sheet, name: str) -> dict[str, str | bool | None]:
    wrong = name in sheet.codes
    return {
        "id": _id(sheet, name),
        "name": field_name(name),
        "aria_invalid": "true" if wrong else None,
        "aria_describedby": f"{_id(sheet, name)}-error" if wrong else None,
    }


# --- photos, and who agreed to be on them ---


def _photos(sheet: Sheet, voice: Voice) -> Html:
    _ = voice.words.gettext
    count = sheet.asked.photos
    if count:
        said = voice.words.ngettext(
            "{count} photo is needed; up to {most} are taken.", "{count} photos are needed; up to {most} are taken.", count
        )
    else:
        said = _("Photos are welcome, up to {most}.")
    return _group(
        _("Photos"),
        element("p", said.format(count=count, most=MOST_PHOTOS), class_="coop__note"),
        element("div", *(_there(sheet, voice, one) for one in sheet.photos), class_="evidence__there") if sheet.photos else None,
        sheet.upload() if sheet.upload is not None else None,
        element("div", _error(sheet, voice, "photos", most=count), data_part="photos"),
        _consent(sheet, voice),
    )


def _there(sheet: Sheet, voice: Voice, photo: Photo) -> Html:
    """Return a photo that is there already, with a box to leave it out."""
    _ = voice.words.gettext
    return element(
        "figure",
        element("img", src=sheet.address(photo.file), alt=photo.words or _("Photo"), loading="lazy"),
        element("figcaption", element("bdi", photo.words)) if photo.words else None,
        element(
            "label",
            element("input", type="checkbox", name=field_name("leave"), value=photo.file),
            element("span", _("Leave this photo out")),
            class_="coop__choice",
        ),
        class_="evidence__photo",
    )


def _consent(sheet: Sheet, voice: Voice) -> Html:
    _ = voice.words.gettext
    chosen = sheet.typed.get("how", "")
    ways = [
        element(
            "label",
            element(
                "input",
                type="radio",
                name=field_name("how"),
                value=way,
                checked=way == chosen,
                aria_invalid="true" if "how" in sheet.codes else None,
            ),
            element("span", way_words(voice, way)),
            class_="coop__choice",
        )
        for way in WAYS
    ]
    return element(
        "fieldset",
        element("legend", label(voice, "how")),
        element("p", _("Needed as soon as there is a photo. Saying yes aloud is enough."), class_="coop__note"),
        element("div", *ways, _error(sheet, voice, "how"), data_part="how"),
        element(
            "div",
            _line(sheet, voice, "who", is_needed=True),
            element("div", _line(sheet, voice, "to", is_needed=True), data_only=SPOKEN),
            _line(sheet, voice, "when", is_needed=True),
            data_unless=NOBODY,
        ),
        class_="evidence__consent",
        data_agreed=True,
    )


# --- what the trainee thinks of it ---


def _questions(sheet: Sheet, voice: Voice) -> Html:
    _ = voice.words.gettext
    fields = []
    for question, is_needed in sheet.asked.questions.items():
        name = f"q-{question}"
        control = element(
            "textarea",
            sheet.typed.get(name, ""),
            rows=3,
            dir="auto",
            class_="evidence__text",
            data_must=is_needed,
            **_plain_common(sheet, name),
        )
        asked = element(
            "label", Html(inline(sheet.texts.get(question, ""))), _free(voice, is_needed=is_needed), for_=_id(sheet, name)
        )
        fields.append(
            element(
                "div", asked, control, _error(sheet, voice, name), class_="coop__entry evidence__field", data_part=name, dir="auto"
            )
        )
    return _group(_("Thinking back"), *fields)
