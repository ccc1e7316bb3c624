"""Reads `courses/facts/*.toml`: what the law of each country says, and what others say, with article, mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.courses.citations import expanded
from deploy.courses.reading import COURSES

FACTS = COURSES / "facts"
WHOLE = "all"
"""The group of a file that makes one annex."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement with one degree of certainty."""

    id: str
    section: str
    subject_row: str
    group: str
    article: str
    mark: str
    source: str
    figures: tuple[str, ...]
    fractions: tuple[str, ...]
    subject: Mapping[str, str]
    rule: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    """What each of its articles has of the figures and fractions, where the sheet says which."""

    @property
    def articles(self) -> tuple[str, ...]:
        """Return its articles one by one."""
        return expanded(self.article)

    @property
    def is_whole(self) -> bool:
        """Tell whether it was noted for a range of articles together: nobody knows which of them says what."""
        return "–" in self.article

    def figures_of(self, article: str) -> tuple[str, ...]:
        """Return the figures and fractions that an article may be cited for."""
        return self.parts.get(article, (*self.figures, *self.fractions))


@dataclass(frozen=True)
class Law:
    """The facts of a country, and where they were read."""

    id: str
    name: Mapping[str, str]
    law: Mapping[str, str]
    text: Mapping[str, str]
    source: str
    date: str
    intro: Mapping[str, Mapping[str, str]]
    foot: Mapping[str, Mapping[str, str]]
    """By group, of those that are no law: who said what stands there."""
    ask: Mapping[str, Mapping[str, str]]
    """By group, whom to ask what is not known; the registrar elsewhere."""
    facts: tuple[Fact, ...]
    left_out: tuple[Mapping[str, str], ...]

    @cached_property
    def groups(self) -> list[str]:
        """Return the groups in the order of their introductions; each is an annex."""
        return list(self.intro)

    def annex(self, group: str) -> str:
        """Return the name of the annex of a group."""
        return f"annex-{self.id}" if group == WHOLE else f"annex-{self.id}-{group}"

    def named(self, article: str) -> list[Fact]:
        """Return the facts of an article; `43` stands for all of its parts."""
        return [fact for fact in self.facts if article in fact.articles or article in {a.partition("-")[0] for a in fact.articles}]


def read_laws(folder: Path = FACTS) -> dict[str, Law]:
    """Read the facts of every country."""
    return {path.stem: _law(path) for path in sorted(folder.glob("*.toml"))}


def _law(path: Path) -> Law:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    facts = tuple(
        Fact(
            one["id"], one["section"], one["subject_row"], one["group"], one["article"], one["mark"], one.get("source", ""),
            tuple(one["figures"]), tuple(one.get("fractions", ())), one["subject"], one["rule"],
            {article: tuple(figures) for article, figures in one.get("parts", {}).items()},
        )
        for one in told.get("fact", ())
    )  # fmt: skip
    return Law(
        told["id"], told["name"], told["law"], told["text"], told.get("source", ""), str(told.get("date", "")),
        told.get("intro", {}), told.get("foot", {}), told.get("ask", {}), facts, tuple(told.get("left_out", ())),
    )  # fmt: skip
