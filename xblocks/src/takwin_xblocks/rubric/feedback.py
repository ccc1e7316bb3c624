"""Show what was said of a piece of work: points, the level of each criterion with words, and who said what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.files import Files
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.upload_form import attached_html
from takwin_xblocks.rubric.guide import Guide, dots_html, paragraphs, said_html
from takwin_xblocks.rubric.judging import Judgement
from takwin_xblocks.rubric.work import Standing, Work


def work_html(
    guide: Guide, text: str, attached: Sequence[Mapping[str, Any]], files: Files | None, *, where: str, named: bool
) -> Html:
    """Return a piece of work: its words and its files. `named` is False for peers: names of files may tell whose it is."""
    shown = list(attached) if named else [_unnamed(guide, one, place) for place, one in enumerate(attached, start=1)]
    return element(
        "div",
        paragraphs(text),
        attached_html(shown, files, guide.voice, dom_id=f"{guide.dom_id}-{where}"),
        class_="rubric__work",
    )


def _unnamed(guide: Guide, one: Mapping[str, Any], place: int) -> dict[str, Any]:
    kind = str(one.get("kind", ""))
    _ = guide.voice.words.gettext
    if kind.startswith("image/"):
        words = _("Photo {number}")
    else:
        words = _("Recording {number}") if kind.startswith("audio/") else _("File {number}")
    return {**one, "name": words.format(number=place)}


def result_html(guide: Guide, work: Work, standing: Standing, peers: Sequence[Judgement]) -> Html:
    """Return the result of a work that is judged: the figure first, then each criterion, then what each judge wrote."""
    result = work.result
    return joined(
        _figure(guide, result),
        _criteria(guide, work, standing, peers),
        _voices(guide, work, peers),
    )


def _figure(guide: Guide, result: Mapping[str, Any]) -> Html:
    voice = guide.voice
    points, level = float(result.get("points", 0)), float(result.get("level", 0))
    whole = element("span", " / 100", class_="rubric__of")
    mean = voice.say(N_("Mean level: {level} of {highest}"), level=voice.number(level), highest=guide.numbers[-1])
    return element(
        "p",
        element("bdi", element("strong", voice.number(points)), whole, dir="ltr", class_="rubric__points"),
        element("span", mean, class_="rubric__mean"),
        class_="rubric__result",
    )


def _criteria(guide: Guide, work: Work, standing: Standing, peers: Sequence[Judgement]) -> Html:
    rows = []
    for one in guide.criteria:
        criterion = str(one["id"])
        level = work.result.get("levels", {}).get(criterion)
        if level is None:
            continue
        rows.append(
            _row(guide, criterion, float(level), _beside(guide, criterion, standing), _comments(guide, work, peers, criterion))
        )
    return element("ul", *rows, class_="rubric__rows", role="list")


def _row(guide: Guide, criterion: str, level: float, beside: Html | None, comments: Html) -> Html:
    voice = guide.voice
    is_whole = level == int(level)
    told = guide.level_name(int(level)) if is_whole else voice.say(N_("between two levels"))
    return element(
        "li",
        element("p", element("strong", guide.text(criterion), dir="auto"), class_="rubric__name"),
        element(
            "p",
            dots_html(guide, level),
            element("bdi", voice.number(level), dir="ltr", class_="rubric__figure"),
            " ",
            element("span", told, dir="auto"),
            class_="rubric__reached",
        ),
        element("p", guide.text(criterion, "level", str(int(level))), dir="auto", class_="rubric__seen") if is_whole else None,
        beside,
        comments,
        class_="rubric__row",
    )


def _beside(guide: Guide, criterion: str, standing: Standing) -> Html | None:
    """Return what the others gave: the trainer's level counts most, and learners like to compare."""
    _ = guide.voice.words.gettext
    names = (("trainer", _("Trainer")), ("peer", _("Peers")), ("self", _("You")))
    there = [(name, standing.parts[part][criterion]) for part, name in names if part in standing.parts]  # type: ignore[index]
    if len(there) < 2:  # noqa: PLR2004 -- the only one is the result itself
        return None
    told = [element("span", name, " ", element("bdi", guide.voice.number(float(level)), dir="ltr")) for name, level in there]
    return element("p", *told, class_="rubric__beside")


def _comments(guide: Guide, work: Work, peers: Sequence[Judgement], criterion: str) -> Html:
    _ = guide.voice.words.gettext
    said = [(_("Trainer"), one.comments.get(criterion, "")) for one in _trainers(work)]
    said += [
        (guide.voice.say(N_("Peer {number}"), number=place), one.comments.get(criterion, "")) for place, one in enumerate(peers, 1)
    ]
    return joined(*(quoted(name, paragraphs(words)) for name, words in said if words))


def _voices(guide: Guide, work: Work, peers: Sequence[Judgement]) -> Html:
    """Return what each judge wrote of the whole."""
    _ = guide.voice.words.gettext
    said = [(_("Trainer"), said_html(guide, one)) for one in _trainers(work)]
    if work.decision is not None and work.decision.judgement.reason:
        said.append((_("Why it was decided so"), paragraphs(work.decision.judgement.reason)))
    said += [(guide.voice.say(N_("Peer {number}"), number=place), said_html(guide, one)) for place, one in enumerate(peers, 1)]
    return joined(*(quoted(name, words) for name, words in said if words))


def _trainers(work: Work) -> list[Judgement]:
    """Return the trainers' judgements that the learner reads: where a third decision was needed, that one."""
    return [work.decision.judgement] if work.decision is not None else [one.judgement for one in work.marks]


def quoted(name: str, *words: Piece) -> Html:
    """Return somebody's words, with who they are above them."""
    return element("div", element("p", name, class_="rubric__who", dir="auto"), *words, class_="rubric__quote")
