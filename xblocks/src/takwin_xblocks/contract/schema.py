"""Say once what a block's content is made of: its XML, its form, and what is translated all follow from this description.

A block's content is two fields. `structure` holds what does not depend on the language: a dict of attributes and of lists of
parts, each part a dict with its own `id`, attributes and lists. `texts` holds every text under the ids of the parts that
enclose it and the name of the text: `votes/one/feedback`, `votes/one` (the part's own text), `intro` (a text of the block).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

AttributeKind = Literal["line", "whole", "decimal", "truth", "choice", "reference", "references", "path", "source"]
"""What an attribute holds, and what stands in `structure` for it.

* `line`: a short text of one line, the same in every language (`str`); `source`: the same on several lines;
* `whole`: `int`; `decimal`: a plain number as text, `"12.5"`; `truth`: `bool`;
* `choice`: one of `choices`; `reference`, `references`: the id(s) of parts in the list `refers_to` (`str`, list of `str`);
* `path`: a file of the course or the site (`str`).
"""


def N_(words: str) -> str:  # noqa: N802 -- the usual name of what marks a text for the catalogues
    """Mark words for translation where they are declared, not said."""
    return words


@dataclass(frozen=True, kw_only=True)
class When:
    """A field is there only while an attribute beside it has one of these values."""

    attribute: str
    values: frozenset[str]

    def holds(self, part: Mapping[str, Any]) -> bool:
        """Tell whether it is there in this part."""
        return str(part.get(self.attribute, "")) in self.values


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A setting of a part: an XML attribute and a key of its dict in `structure`."""

    name: str
    label: str
    kind: AttributeKind = "line"
    help: str = ""
    required: bool = False
    default: Any = None
    """What stands where the author says nothing; None leaves the key out."""
    choices: tuple[tuple[str, str], ...] = ()
    """For `choice`: value and label."""
    refers_to: str = ""
    """For `reference(s)`: the key of a list of the block (`nodes`), or `../choices` for a list beside this part."""
    least: float | None = None
    most: float | None = None
    when: When | None = None
    more: bool = False
    """Whether the form folds it away under "More", where it is empty."""
    alone: When | None = None
    """For `truth`: while an attribute of the part that holds the list has one of these values, one part alone may say yes."""
    check: Callable[[str], str] | None = None
    """For `line` and `source`: returns the text as it is kept; raises `ValueError` with words for the author (a message id)."""

    def at_first(self) -> Any:
        """Return the default, never the very object that stands in the schema."""
        return deepcopy(self.default)


@dataclass(frozen=True, kw_only=True)
class Words:
    """A translatable text of a part: an XML element, or with `part=""` the part's own text."""

    part: str
    """The element's name; `feedback/correct` is written `<feedback when="correct">`."""
    label: str
    help: str = ""
    required: bool = False
    long: bool = False
    when: When | None = None
    more: bool = False
    """Whether the form folds it away under "More", where it is empty."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part that is repeated: a list of dicts in `structure`, an XML element each."""

    tag: str
    key: str
    """The list's key in `structure`: `questions`."""
    label: str
    """What one is called: `Question`."""
    add: str
    """What the button says: `Add a question`."""
    attributes: tuple[Attribute, ...] = ()
    words: tuple[Words, ...] = ()
    parts: tuple[Part, ...] = ()
    least: int = 0
    most: int = 200
    ids: Literal["hidden", "shown", "none"] = "hidden"
    """Whether its author sees the id; parts that formulas or choices name show theirs. `none` only where there are no words."""
    prefix: str = "p"
    """How made ids begin: `q1`."""
    when: When | None = None


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The content of a block type."""

    tag: str
    """Name of the block type and of its element."""
    attributes: tuple[Attribute, ...] = ()
    words: tuple[Words, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Fault:
    """One thing for the author to put right: words with placeholders, where it is, and its line in the file if there is one."""

    words: str
    """A message id, in English."""
    given: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    """The field: `questions.0.choices.1.correct`, `questions.0` for a part, '' for the block."""
    line: int | None = None

    def said(self, gettext: Callable[[str], str] = str) -> str:
        """Return it in words."""
        return gettext(self.words).format(**self.given)

    def __str__(self) -> str:
        return f"line {self.line}: {self.said()}" if self.line else self.said()


class ContentError(ValueError):
    """A content that cannot be taken; `problems` names every fault at once, so that its author puts them right in one go."""

    def __init__(self, problems: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass
class Content:
    """A block's content as its two fields, and the lines on which its parts began, if it was read from a file."""

    structure: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int | None] = field(default_factory=dict)
    """By path."""


def empty_structure(schema: Schema) -> dict[str, Any]:
    """Return the structure of a block that nobody has written yet."""
    set_at_first = {one.name: one.at_first() for one in schema.attributes if one.default is not None}
    return {**set_at_first, **{part.key: [] for part in schema.parts}}


def each_part(
    schema: Schema | Part, structure: Mapping[str, Any], path: str = "", ids: str = ""
) -> Iterator[tuple[Part, Any, str, str]]:
    """Yield every part in order, those inside it after it: its kind, its dict, its path, and the prefix of its texts."""
    for kind in schema.parts:
        for index, one in enumerate(structure.get(kind.key, ())):
            where = f"{path}.{kind.key}.{index}".lstrip(".")
            prefix = f"{ids}/{one['id']}".lstrip("/") if "id" in one else ids
            yield kind, one, where, prefix
            yield from each_part(kind, one, where, prefix)


def text_key(prefix: str, part: str) -> str:
    """Return where a text stands in `texts`."""
    return "/".join(piece for piece in (prefix, part) if piece)
