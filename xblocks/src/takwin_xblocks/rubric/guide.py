"""Show a rubric: what is looked at, what each level looks like, and the form in which somebody gives levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.content import levels_of
from takwin_xblocks.rubric.judging import COMMENT, LEVEL, LONGEST_COMMENT, OVERALL, Judgement


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A rubric in its reader's language."""

    structure: Mapping[str, Any]
    texts: Mapping[str, str]
    voice: Voice
    dom_id: str

    @property
    def criteria(self) -> Sequence[Mapping[str, Any]]:
        """Return the criteria in their order."""
        return list(self.structure.get("criteria", ()))

    @property
    def numbers(self) -> range:
        """Return the levels, the lowest first."""
        return range(1, levels_of(self.structure) + 1)

    def text(self, *ids: str) -> Html:
        """Return an author's text as HTML, nothing for none."""
        return Html(inline(str(self.texts.get("/".join(ids), ""))))

    def name(self, criterion: str) -> str:
        """Return what a criterion is called, in words alone."""
        return " ".join(plain(str(self.texts.get(criterion, ""))).split()) or criterion

    def level_name(self, number: int) -> str:
        """Return what a level is called: the author's word for it, else its number."""
        said = " ".join(plain(str(self.texts.get(f"scale/{number}", ""))).split())
        return said or self.voice.say(N_("Level {number}"), number=number)

    def weight(self, criterion: Mapping[str, Any]) -> Html:
        """Return how much a criterion weighs, as a small sign."""
        told = self.voice.say(N_("Weight {weight}"), weight=criterion.get("weight", 0))
        return element("span", told, class_="rubric__weight")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a form of a judgement shows: what was given before, or typed and refused."""

    levels: Mapping[str, int] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """Words by field."""
    others: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Criterion → level → who gave it: what two trainers who disagree said."""

    def level(self, criterion: str) -> str:
        """Return the level that is chosen, '' for none."""
        return self.typed.get(LEVEL + criterion) or str(self.levels.get(criterion, ""))


def day_html(when: datetime) -> Html:
    """Return a day as figures that keep their order: 24/11/2026."""
    return element("time", element("bdi", when.strftime("%d/%m/%Y"), dir="ltr"), datetime=when.date().isoformat())


def paragraphs(text: str) -> Html:
    """Return what a person wrote, its empty lines as paragraphs; no markup of theirs is markup here."""
    pieces = [one.strip("\n") for one in text.replace("\r\n", "\n").split("\n\n") if one.strip()]
    return joined(*(element("p", one, dir="auto", class_="rubric__said") for one in pieces))


def rubric_html(guide: Guide) -> Html:
    """Return the whole rubric, to be read before one begins."""
    cards = [
        element(
            "section",
            element("h4", element("span", guide.text(str(one["id"])), dir="auto"), " ", guide.weight(one), class_="rubric__name"),
            element("ol", *(_described(guide, str(one["id"]), number) for number in guide.numbers), class_="rubric__scale"),
            class_="rubric__card",
        )
        for one in guide.criteria
    ]
    return joined(*cards)


def _described(guide: Guide, criterion: str, number: int) -> Html:
    return element(
        "li",
        element("span", str(number), class_="rubric__figure", aria_hidden="true"),
        element(
            "span",
            element("strong", guide.level_name(number), dir="auto"),
            element("span", guide.text(criterion, "level", str(number)), dir="auto", class_="rubric__seen"),
        ),
        class_="rubric__step",
    )


def judgement_html(
    guide: Guide, filled: Filled, *, name: str, comments: bool = True, overall: str = "", needed: bool = False
) -> Html:
    """Return the fields of a judgement: a group of levels for each criterion, and comments. `overall` says what the last is for."""
    groups = [_criterion(guide, filled, one, name=name, comments=comments) for one in guide.criteria]
    if not overall:
        return joined(*groups)
    where = f"{guide.dom_id}-{name}-overall"
    return joined(*groups, _area(filled, OVERALL, overall, where=where, rows=4, required=needed))


def _criterion(guide: Guide, filled: Filled, one: Mapping[str, Any], *, name: str, comments: bool) -> Html:
    criterion = str(one["id"])
    key, where = LEVEL + criterion, f"{guide.dom_id}-{name}-{criterion}"
    error = filled.errors.get(key, "")
    levels = [_level(guide, filled, criterion, number, where=where, wrong=bool(error)) for number in guide.numbers]
    comment = None
    if comments:
        said = COMMENT + criterion
        label = guide.voice.words.gettext("Comment on this criterion")
        comment = element(
            "details",
            element("summary", label),
            _area(filled, said, label, where=f"{where}-comment", rows=2, hidden_label=True),
            class_="rubric__comment",
            open=bool(filled.typed.get(said)),
        )
    return element(
        "fieldset",
        element("legend", element("span", guide.text(criterion), dir="auto"), " ", guide.weight(one), class_="rubric__name"),
        element("div", error_html(error) if error else None, data_result_for=key),
        element("div", *levels, class_="rubric__levels"),
        comment,
        class_="rubric__criterion",
        data_part=key,
        data_criterion=True,
    )


def _level(guide: Guide, filled: Filled, criterion: str, number: int, *, where: str, wrong: bool) -> Html:
    given = filled.others.get(criterion, {}).get(number, "")
    radio = element(
        "input",
        type="radio",
        name=field_name(LEVEL + criterion),
        value=str(number),
        id=f"{where}-{number}",
        required=True,
        checked=filled.level(criterion) == str(number),
        aria_invalid="true" if wrong else None,
    )
    return element(
        "label",
        radio,
        element("span", str(number), class_="rubric__figure", aria_hidden="true"),
        element(
            "span",
            element("strong", guide.level_name(number), dir="auto"),
            element("span", guide.text(criterion, "level", str(number)), dir="auto", class_="rubric__seen"),
            element("span", given, class_="rubric__given", dir="auto") if given else None,
        ),
        class_="rubric__level",
        data_given=bool(given),
    )


def _area(
    filled: Filled,
    name: str,
    label: str,
    *,
    where: str,
    rows: int,
    required: bool = False,
    hidden_label: bool = False,
) -> Html:
    error = filled.errors.get(name, "")
    return element(
        "div",
        element("label", label, for_=where, class_="coop__hidden" if hidden_label else "rubric__label"),
        element(
            "textarea",
            "\n" + filled.typed.get(name, ""),
            name=field_name(name),
            id=where,
            rows=rows,
            maxlength=LONGEST_COMMENT,
            dir="auto",
            required=required,
            aria_invalid="true" if error else None,
        ),
        element("div", error_html(error) if error else None, data_result_for=name),
        class_="coop__entry rubric__entry",
        data_part=name,
    )


def area_html(guide: Guide, filled: Filled, name: str, label: str, *, where: str, rows: int = 3, required: bool = False) -> Html:
    """Return a field for a text of several lines, with the place where a refusal is told."""
    return _area(filled, name, label, where=f"{guide.dom_id}-{where}", rows=rows, required=required)


def said_html(guide: Guide, judgement: Judgement) -> Html:
    """Return what a judge wrote of the work as a whole: ready comments in the reader's language, then their own words."""
    known = {str(one["id"]) for one in guide.structure.get("remarks", ())}
    ready = [element("p", guide.text(one), dir="auto", class_="rubric__said") for one in judgement.remarks if one in known]
    return joined(*ready, paragraphs(judgement.overall))


def dots_html(guide: Guide, level: float) -> Html:
    """Return a level as a row of marks, beside the words that say it."""
    dots = [element("span", data_on=number <= level, data_half=number - 1 < level < number) for number in guide.numbers]
    return element("span", *dots, class_="rubric__dots", aria_hidden="true")


def step_html(title: str, *inside: Piece, name: str, dom_id: str, number: str = "") -> Html:
    """Return one section of the page under its heading."""
    heading = element("h4", element("span", number, class_="rubric__number", aria_hidden="true") if number else None, title)
    return element("section", heading, *inside, class_=f"rubric__section rubric__section--{name}", id=f"{dom_id}-{name}")


Form = Callable[..., Html]
"""`block.form` with voice and `plain_forms` given already."""
