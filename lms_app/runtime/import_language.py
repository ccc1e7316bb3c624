"""Lays a course over another as its translation: texts that differ are taken, and every other difference is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from lms_app.domain.content import Block, CourseContent, Json, Overlay, canonical
from lms_app.domain.keys import BlockId
from lms_app.domain.problems import Problem, Severity

Place = tuple[str, int]
_EXPECTED: Final = frozenset({("course", "language")})
"""Settings that differ from language to language by their nature."""
_WORDS_INSIDE: Final[Mapping[tuple[str, str], frozenset[str]]] = {("course", "tabs"): frozenset({"name"})}
"""Settings that hold words beside what is none: under these names, and nowhere else."""
_IDENTITIES: Final = frozenset("id uid zone zones type kind correct value align x y width height imageURL img".split())  # noqa: SIM905 -- reads better
"""Under these names of a JSON field stands no text, but what answers are kept and marked by."""
_TEXT_ANSWERS: Final = frozenset({"stringresponse", "optionresponse"})
"""Problems whose right answer is a word, and so differs from language to language."""
_MARKED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "choice": ("correct", "name"),
    "option": ("correct",),
    "responseparam": ("type", "default"),
    "numericalresponse": ("answer",),
    "formularesponse": ("answer", "samples"),
    "additional_answer": (),
}
_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


@dataclass
class Translation:
    """A course seen as another language of a base: what is laid over it, and what could not be."""

    overlay: Overlay
    pages: dict[str, str] = field(default_factory=dict)
    """About pages, handouts and tabs under `LANGUAGE:path`."""
    problems: list[Problem] = field(default_factory=list)


def diff_as_language(
    base: CourseContent,
    other: CourseContent,
    language: str,
    *,
    translatable: Callable[[str], Collection[str]],
    places: Mapping[BlockId, Place] | None = None,
) -> Translation:
    """Return `other` as the `language` of `base`: differing texts, files and pages; each other difference is a problem.

    A text whose answer key differs from the base's is not taken, for the translation would be marked wrongly.
    """
    comparison = _Comparison(base, other, translatable, places or {})
    texts = dict(comparison.texts())
    comparison.compare_policies()
    assets = {path: asset for path, asset in other.assets.items() if base.assets.get(path) != asset}
    pages = {f"{language}:{path}": text for path, text in other.pages.items() if ":" not in path and base.pages.get(path) != text}
    return Translation(Overlay(language=language, texts=texts, assets=assets), pages, comparison.problems)


class _Comparison:
    """Looks at two courses block by block."""

    def __init__(
        self,
        base: CourseContent,
        other: CourseContent,
        translatable: Callable[[str], Collection[str]],
        places: Mapping[BlockId, Place],
    ) -> None:
        self.base = base
        self.other = other
        self.problems: list[Problem] = []
        self._translatable = translatable
        self._places = places

    def texts(self) -> Iterator[tuple[BlockId, dict[str, Json]]]:
        """Yield for each block the texts that differ."""
        there = {block.id for block in self.other.walk()}
        here = {block.id for block in self.base.walk()}
        for block in self.base.walk():
            if block.id not in there:
                self._say("block_missing", block.id)
                continue
            theirs = self.other.blocks[block.id]
            self._compare_children(block, theirs)
            found = self._compare_fields(block, theirs)
            if found:
                yield block.id, found
        for block in self.other.walk():
            if block.id not in here:
                self._say("block_extra", block.id)

    def compare_policies(self) -> None:
        """Report what the two courses' policies say differently; the base's stands."""
        for part in sorted({*self.base.policy, *self.other.policy} - {"assets"}):
            if self.base.policy.get(part) != self.other.policy.get(part):
                self._say("policy_differs", self.base.root, part=part)

    def _compare_children(self, mine: Block, theirs: Block) -> None:
        # Missing and extra blocks are told of by themselves.
        common = set(mine.children) & set(theirs.children)
        ours = [child for child in mine.children if child in common]
        if ours != [child for child in theirs.children if child in common]:
            self._say("order_differs", mine.id)
        moved = [child for child in theirs.children if child not in common and child in self.base.blocks]
        if moved:
            self._say("blocks_moved", mine.id, moved=moved)

    def _compare_fields(self, mine: Block, theirs: Block) -> dict[str, Json]:
        words = set(self._translatable(mine.type))
        found: dict[str, Json] = {}
        for name in sorted({*mine.fields, *theirs.fields}):
            ours, other = mine.fields.get(name), theirs.fields.get(name)
            if ours == other or (mine.type, name) in _EXPECTED:
                continue
            inside = _WORDS_INSIDE.get((mine.type, name))
            if inside is not None and _differ_only_under(ours, other, inside):
                found[name] = other
            elif name not in words:
                self._say("setting_differs", mine.id, setting=name, ours=_short(ours), theirs=_short(other))
            elif other is None or other == "":
                self._say("text_missing", mine.id, setting=name)
            elif ours is None or ours == "" or self._is_same_key(mine, name, ours, other):
                self._tell_missing(mine, name, ours, other)
                found[name] = other
        return found

    def _is_same_key(self, block: Block, name: str, ours: Json, theirs: Json) -> bool:
        """Tell whether both texts are marked by the same key; report it when not."""
        same = answer_key(block.type, name, ours) == answer_key(block.type, name, theirs)
        if not same:
            self._say("answer_key_differs", block.id, setting=name)
        return same

    def _tell_missing(self, block: Block, name: str, ours: Json, theirs: Json) -> None:
        """Report the texts of a collection that are shown in the base's words, as long as the translation lacks them."""
        missing = sorted(set(ours) - set(theirs)) if _is_texts(ours) and _is_texts(theirs) else []
        if missing and name != "transcripts":
            self._say("text_missing", block.id, setting=name, parts=missing)

    def _say(self, code: str, block: BlockId, /, **facts: Any) -> None:
        file, line = self._places.get(block, (f"{block}.xml", 0))
        self.problems.append(Problem(Severity.WARNING, f"language_{code}", file, line, {"block": block, **facts}))


def answer_key(block_type: str, name: str, value: Json) -> Json:
    """Return what answers to a text are marked by: for two languages of one exercise it must be the same."""
    if block_type == "problem" and name == "data" and isinstance(value, str):
        return _problem_key(value)
    if name == "markdown" or isinstance(value, str) or _is_texts(value) or _is_words(value):
        return None
    return _identities(value)


def _problem_key(data: str) -> Json:
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    except etree.XMLSyntaxError:
        return "no XML"
    return [_mark(node) for node in root.iter() if isinstance(node.tag, str) and _marks(str(node.tag))]


def _marks(tag: str) -> bool:
    return tag.endswith(("response", "input", "group")) or tag in _MARKED_BY or tag in {"script", "textline"}


def _mark(node: etree._Element) -> Json:
    tag = str(node.tag)
    if tag == "script":
        return [tag, (node.text or "").strip()]
    if tag == "optioninput" and node.get("options"):
        options = [one or other for one, other in _QUOTED.findall(node.get("options") or "")]
        right = node.get("correct")
        return [tag, len(options), options.index(right) if right in options else right]
    return [tag, [node.get(name) for name in _MARKED_BY.get(tag, ())]]


def _identities(value: Json, name: str = "") -> Json:
    """Return the value without its words: their places stay, and so do identities and numbers."""
    if isinstance(value, dict):
        return {key: _identities(item, key) for key, item in value.items()}
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and name != "zones":  # noqa: PLR2004 -- an answer and its words
            return [value[0], _identities(value[1])]
        return [_identities(item, name) for item in value]
    return "" if isinstance(value, str) and name not in _IDENTITIES else value


def _differ_only_under(ours: Json, theirs: Json, names: Collection[str]) -> bool:
    return canonical(_without(ours, names)) == canonical(_without(theirs, names))


def _without(value: Json, names: Collection[str]) -> Json:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value


def _is_texts(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_words(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _short(value: Json) -> str:
    text = canonical(value)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 -- a line
