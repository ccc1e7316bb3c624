"""Other ways to ask than by code: a file that is dropped and not kept, a number and the name beside it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext

from lms_app.services.credentials.checking_number import verdict_of
from lms_app.web.context import now
from lms_app.web.i18n import language, written_date
from lms_app.web.verify import limits
from lms_app.web.verify.asking import checked_file, checked_number
from lms_app.web.verify.words import kind_in_words, said_of_file, said_of_number
from takwin_certificates.verifying.finding import Fact, Finding
from takwin_certificates.verifying.wording import code_in, label_of, value_of, words_in

_DAYS = frozenset({"issued_on", "valid_until", "starts_on", "ends_on"})
_ON_TOP = frozenset({"name", "kind", "title"})
"""Facts that stand on the paper itself, above the others."""


def check_file() -> tuple[str, int]:
    """Check a file in a process that reaches nothing; it is kept nowhere, and nothing that it names is fetched."""
    limits.take(limits.FILES)
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        return render_template("verify/form.html", wrong={"file": gettext("Please choose a file that is not empty.")}), 422
    found = checked_file(data)
    return (
        render_template(
            "verify/file.html",
            said=said_of_file(found.finding),
            names=_values(found.finding, "name"),
            kinds=[kind_in_words(kind) for kind in _values(found.finding, "kind")],
            titles=[fact for fact in found.finding.facts if fact.label == "title"],
            facts=_told(found.finding.facts),
            problems=_problems(found.finding),
            code=found.register.code if found.register else "",
            checked_at=now(),
        ),
        200,
    )


def check_number() -> tuple[str, int]:
    """Check a number together with the name that is printed beside it; the name comes in the body, so that no address holds it."""
    page = number_page(request.form.get("number", ""), name=request.form.get("name", ""))
    if page is None:
        wrong = {"code": gettext("No certificate has this number. Please compare it with the paper.")}
        return render_template("verify/form.html", wrong=wrong), 422
    return page, 200


def number_page(typed: str, *, name: str = "") -> str | None:
    """Return the answer to a number, or None where there is no such number."""
    found = checked_number(typed, name=name)
    if found is None:
        return None
    return render_template(
        "verify/number.html",
        found=found,
        said=said_of_number(verdict_of(found), found),
        kind=kind_in_words(found.kind),
        asked_name=name,
        checked_at=now(),
    )


def _values(finding: Finding, label: str) -> list[str]:
    return [fact.value for fact in finding.facts if fact.label == label]


def _told(facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    """Return the facts in words; of those that are told in several languages, the one that the visitor reads."""
    words, spoken = words_in(language()), language()
    understood = {fact.label for fact in facts if fact.language == spoken}
    shown = [
        fact for fact in facts if fact.label not in _ON_TOP and (fact.language in {"", spoken} or fact.label not in understood)
    ]
    return [(label_of(replace(fact, language=""), words), _value(fact, words)) for fact in shown]


def _value(fact: Fact, words: Mapping[str, str]) -> str:
    if fact.label in _DAYS:
        with suppress(ValueError):
            return written_date(date.fromisoformat(fact.value))
    return value_of(fact, words)


def _problems(finding: Finding) -> list[str]:
    words = words_in(language())
    return [code_in(each, words) for each in finding.problems]


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.add_url_rule("/verify/file", view_func=check_file, methods=["POST"])
    pages.add_url_rule("/verify/number", view_func=check_number, methods=["POST"])
