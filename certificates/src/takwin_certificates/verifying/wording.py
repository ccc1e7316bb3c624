"""Saying a finding in Arabic, French or English: the three answers, every certified fact, and each step of the check."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from takwin_certificates.lettering import clean
from takwin_certificates.verifying.finding import Check, Fact, Finding, Genuine, Outcome, Valid

_CODED: Final = frozenset({"kind", "language"})
"""Facts whose value is one of a few words of ours."""
_LONGEST_SHOWN: Final = 1_000


@cache
def words_in(language: str) -> Mapping[str, str]:
    """Return the words of a language in which findings are said."""
    words: dict[str, dict[str, str]] = json.loads((files("takwin_certificates") / "verdicts.json").read_text(encoding="utf-8"))
    return words[language]


def describe(finding: Finding, *, language: str) -> list[str]:
    """Say a finding line by line: the three answers first, then the facts, then how each step went."""
    words = words_in(language)
    lines = [*answers(finding, language=language)]
    if finding.facts:
        lines += [
            "",
            words["facts"],
            *(f"  {label_of(fact, words)}{words['colon']}{value_of(fact, words)}" for fact in finding.facts),
        ]
    return [*lines, "", words["steps"], *(f"  {line}" for line in _steps(finding, words))]


def answers(finding: Finding, *, language: str) -> list[str]:
    """Say the three answers, each with its question."""
    words = words_in(language)
    return [
        f"{words['genuine']} {genuine_in(finding, words)}",
        f"{words['still_valid']} {' '.join(validity_in(finding, words))}",
        f"{words['who']} {who_in(finding, words)}",
    ]


def genuine_in(finding: Finding, words: Mapping[str, str]) -> str:
    """Say whether it is genuine, and if not, which step it failed at."""
    said = words[f"genuine_{finding.genuine}"]
    if finding.genuine is Genuine.YES or not finding.problems:
        return said
    return f"{said} {code_in(finding.problems[0], words)}"


def validity_in(finding: Finding, words: Mapping[str, str]) -> Iterator[str]:
    """Say whether it counts today, why not, and up to which day that is known."""
    yield words[f"valid_{finding.valid}"]
    yield from (words[f"reason_{reason}"] for reason in finding.reasons)
    if finding.status_as_of is not None:
        yield words["status_as_of"].format(date=_day(finding.status_as_of))
    elif finding.genuine is not Genuine.NO and finding.valid is Valid.UNKNOWN and finding.site:
        yield f"{words['ask_site']} {_printable(finding.site)}"


def who_in(finding: Finding, words: Mapping[str, str]) -> str:
    """Say who issued it, by the trust list; the name that the file gives itself is told as a claim."""
    if finding.issuer is not None:
        named = finding.claimed_issuer
        also = f"{words['who_named']} {_printable(named)}" if named and clean(named) != clean(finding.issuer) else ""
        return f"{words['who_known']} {clean(finding.issuer)}{also}"
    if finding.claimed_issuer is not None:
        return f"{words['who_claimed']} {_printable(finding.claimed_issuer)}"
    return words["who_unknown"]


def label_of(fact: Fact, words: Mapping[str, str]) -> str:
    """Return the label of a fact, with the language of its value where it is told in several."""
    label = words.get(f"fact_{fact.label}") or f"{words['fact_other']} ({_printable(fact.label)})"
    language = words.get(f"language_{fact.language}", _printable(fact.language))
    return f"{label} ({language})" if fact.language else label


def value_of(fact: Fact, words: Mapping[str, str]) -> str:
    """Return the value of a fact as people read it."""
    said = words.get(f"{fact.label}_{fact.value}") if fact.label in _CODED else None
    return said or _printable(fact.value, longest=None)


def code_in(check: Check, words: Mapping[str, str]) -> str:
    """Say the code of a step; a code without words of its own is shown as it is."""
    return words.get(f"code_{check.code}") or _printable(check.code)


def step_in(check: Check, words: Mapping[str, str]) -> str:
    """Say what was looked at in a step."""
    return words.get(f"step_{check.name}") or _printable(check.name)


def _steps(finding: Finding, words: Mapping[str, str]) -> Iterator[str]:
    for check in finding.checks:
        line = f"{words[f'outcome_{check.outcome}']} {step_in(check, words)}"
        yield line if (check.outcome, check.code) == (Outcome.PASSED, "ok") else f"{line}{words['colon']}{code_in(check, words)}"


def _day(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _printable(text: str, *, longest: int | None = _LONGEST_SHOWN) -> str:
    """Keep what a hostile file says from steering the terminal it is shown on."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:longest])
