"""A look at one block by itself: its words, its questions, its scenario, its video."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lxml import etree

from lms_app.domain.content import CONTAINERS, RAW_FIELD, Json
from lms_app.services.authoring.checks.findings import Looked, Severity
from lms_app.services.authoring.checks.in_html import is_empty, look
from lms_app.services.authoring.lesson_templates import left_of_template
from lms_app.services.authoring.translating.units import plain_text, units_of

Said = tuple[str, Severity, str, Mapping[str, Any]]
_PLACEHOLDER: Final = re.compile(
    r"\b(TODO|TBD|FIXME|XXX+|lorem ipsum|à compléter|A COMPLETER|À FAIRE)\b|(يُ?ستكمل لاحقا|قيد الإعداد)"
)
_MARKUP: Final = frozenset(("html", "about", "static_tab", "course_info", "annotatable"))
_VIDEO_SOURCES: Final = ("youtube_id_1_0", "html5_sources", "edx_video_id", "source")
_CHOSEN: Final[Mapping[str, str]] = {"multiplechoiceresponse": "choice", "choiceresponse": "choice", "truefalseresponse": "choice"}
_GIST: Final = 60


def look_at(block_type: str, fields: Mapping[str, Json]) -> Looked:
    """Return all that can be said of a block without its course."""
    said: list[Said] = [*_words(block_type, fields)]
    files: list[tuple[str, str]] = []
    blocks: list[tuple[str, str]] = []
    if RAW_FIELD in fields and block_type not in CONTAINERS:
        said.append(("not_played", "should", "", {"type": block_type}))
    for name, text in _html_in(block_type, fields):
        found, needs, leads = look(text)
        said += [(kind, severity, name, facts) for kind, severity, facts in found]
        files += [(name, path) for path in dict.fromkeys(needs)]
        blocks += [(name, target) for target in dict.fromkeys(leads)]
    if block_type in _LOOKS:
        said += _LOOKS[block_type](fields)
    files += [(name, path) for name, path in _pictures_of(fields)]
    return Looked(tuple(said), tuple(files), tuple(blocks))


def _html_in(block_type: str, fields: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name in ("data", "description", "question_text"):
        text = fields.get(name)
        if isinstance(text, str) and (name != "data" or block_type in _MARKUP or block_type == "problem"):
            yield name, text
    texts = fields.get("texts")
    if isinstance(texts, Mapping):
        yield from (("texts", text) for text in texts.values() if isinstance(text, str) and "<" in text)


def _words(block_type: str, fields: Mapping[str, Json]) -> Iterator[Said]:
    left = ""
    for unit in units_of(block_type, fields):
        found = _PLACEHOLDER.search(plain_text(unit.text))
        if found:
            yield "placeholder", "should", unit.field, {"words": found[0]}
        if not left and (left := left_of_template(unit.text)):  # once for a block: the rest is seen there
            yield "template_text", "should", unit.field, {"words": _gist(left)}
    if block_type in CONTAINERS and not str(fields.get("display_name") or "").strip():
        yield "title_missing", "should", "display_name", {}


def _gist(text: str) -> str:
    return text if len(text) <= _GIST else f"{text[:_GIST].rpartition(' ')[0]}…"


def _html(fields: Mapping[str, Json]) -> Iterator[Said]:
    if RAW_FIELD not in fields and is_empty(str(fields.get("data") or "")):
        yield "text_empty", "should", "data", {}


def _video(fields: Mapping[str, Json]) -> Iterator[Said]:
    if not any(fields.get(name) for name in _VIDEO_SOURCES):
        yield "video_missing", "must", "youtube_id_1_0", {}
    elif not fields.get("transcripts") and not fields.get("sub"):
        yield "transcript_missing", "should", "transcripts", {}


def _poll(fields: Mapping[str, Json]) -> Iterator[Said]:
    answers = fields.get("answers")
    for one in answers if isinstance(answers, list) else ():
        facts = one[1] if isinstance(one, list) and len(one) > 1 and isinstance(one[1], Mapping) else {}
        if facts.get("img") and not str(facts.get("img_alt") or "").strip():
            yield "alt_missing", "should", "answers", {"name": str(facts["img"]).rsplit("/", 1)[-1][:_GIST]}


def _problem(fields: Mapping[str, Json]) -> Iterator[Said]:
    data = str(fields.get("data") or "")
    if not data.strip():
        yield "problem_empty", "must", "data", {}
        return
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        yield "problem_broken", "must", "data", {"line": getattr(error, "lineno", 0) or 0}
        return
    responses = [node for node in root.iter() if isinstance(node.tag, str) and node.tag.endswith("response")]
    if not responses:
        yield "problem_no_question", "must", "data", {}
    for number, node in enumerate(responses, start=1):
        if not _has_answer(node):
            yield "no_right_answer", "must", "data", {"number": number}


def _has_answer(node: Any) -> bool:
    kind = str(node.tag)
    if kind in _CHOSEN:
        return any((one.get("correct") or "").casefold() == "true" for one in node.iter(_CHOSEN[kind]))
    if kind == "optionresponse":
        inputs = list(node.iter("optioninput"))
        return all(
            one.get("correct") or any((each.get("correct") or "") == "True" for each in one.iter("option")) for one in inputs
        )
    if kind in {"stringresponse", "numericalresponse", "formularesponse"}:
        return bool((node.get("answer") or "").strip())
    return True


def _quiz(fields: Mapping[str, Json]) -> Iterator[Said]:
    structure = fields.get("structure")
    questions = structure.get("questions", ()) if isinstance(structure, Mapping) else ()
    if not questions and RAW_FIELD not in fields:
        yield "quiz_empty", "must", "structure", {}
    for number, one in enumerate(questions, start=1):
        if not _is_answered(one):
            yield "no_right_answer", "must", "structure", {"number": number}


def _is_answered(question: Mapping[str, Json]) -> bool:
    kind = question.get("kind")
    if kind in {"single", "multiple"}:
        return any(choice.get("correct") for choice in question.get("choices", ()))
    if kind == "truth":
        return question.get("answer") in {"true", "false", True, False}
    if kind == "number":
        return str(question.get("value", "")).strip() != ""
    if kind == "text":
        return bool(question.get("accepts"))
    return True


def _scenario(fields: Mapping[str, Json]) -> Iterator[Said]:
    structure = fields.get("structure")
    nodes = {one["id"]: one for one in structure.get("nodes", ())} if isinstance(structure, Mapping) else {}
    if not nodes:
        if RAW_FIELD not in fields:
            yield "scenario_empty", "must", "structure", {}
        return
    ways = {name: [choice.get("to") for choice in one.get("choices", ())] for name, one in nodes.items()}
    for name, one in nodes.items():
        if not one.get("ending") and not ways[name]:
            yield "scenario_dead_end", "must", "structure", {"name": name}
        yield from (
            ("scenario_no_target", "must", "structure", {"name": name, "to": to or "—"}) for to in ways[name] if to not in nodes
        )
    reached, waiting = set[str](), [next(iter(nodes))]
    while waiting:
        here = waiting.pop()
        if here in nodes and here not in reached:
            reached.add(here)
            waiting += [to for to in ways[here] if to]
    for name in nodes:
        if name not in reached:
            yield "scenario_unreachable", "must", "structure", {"name": name}
    if not any(nodes[name].get("ending") for name in reached):
        yield "scenario_no_ending", "must", "structure", {}


def _pictures_of(value: Json) -> Iterator[tuple[str, str]]:
    """Yield the files that a block's structure names as pictures and recordings."""
    waiting = [value.get("structure")] if isinstance(value, Mapping) else []
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            for name, item in here.items():
                if name in {"picture", "audio"} and isinstance(item, str) and item:
                    yield "structure", item.removeprefix("/static/").removeprefix("static/")
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


_LOOKS: Final[Mapping[str, Callable[[Mapping[str, Json]], Iterator[Said]]]] = {
    "html": _html,
    "video": _video,
    "poll": _poll,
    "problem": _problem,
    "coop_quiz": _quiz,
    "coop_scenario": _scenario,
}
