"""The facts of law against our own sheet of rows: one to one, the same articles, marks and figures; and annexes made from them.

`domain_rows.json` was taken once from the sheet on which the law was noted when it was read. It is changed by hand, after reading the
law again, never by what facts or courses say.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.courses.annexes import annexes, sureness
from deploy.courses.citations import citations_in
from deploy.courses.facts import FACTS, Fact, Law
from deploy.courses.numerals import fractions_in, numbers_in
from deploy.courses.reading import COURSES, LANGUAGES

ROWS = json.loads((Path(__file__).parent / "domain_rows.json").read_text(encoding="utf-8"))
ANNOUNCED = frozenset({"B4", "B5", "B11", "B13"})
"""Sections of what others say, whose figures stand in the facts one and all."""
SENT_TO = {"ar": "السجل", "fr": "registre", "en": "registrar"}
WEIGHED = {"ar": "زِنوا", "fr": "pesez", "en": "weigh"}
"""What is not known of a rule is asked of the registrar; of a yield, of one's own scales."""
PRINCIPLE = "Principle "
READ = {
    "ma": ("2017-08-21", "https://adala.justice.gov.ma/resources/35", "d549436"),
    "ohada": ("2010-12-15", "Journal officiel de l’OHADA, no 23, 15/02/2011", "65a0898"),
    "mw": ("2014-12-31", "https://malawilii.org/akn/mw/act/1998/36/eng@2014-12-31", "6e1c8af"),
}
"""The date of each text that was read, where it is published, and the commit of the copy: as the heads of the sheet's sections say."""
CONFIRM = {"en": "confirm", "fr": "à confirmer", "ar": "تأك"}
"""What a rule says whose words are hard to read."""


def none(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join([f"{len(faults)} faults:", *faults]), pytrace=False)


def folded(words: str) -> str:
    return " ".join(words.replace("“", '"').replace("”", '"').replace("’", "'").replace("\u00a0", " ").casefold().split())


def rows_of(section: str, subject_row: str, articles: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the rows that a fact names: by subject, or by words of the row; among several, those with its article."""
    wanted = folded(subject_row)
    own = [row for row in ROWS if row["section"] == section and folded(row["subject"]) == wanted]
    found = own or [row for row in ROWS if row["section"] == section and wanted in folded(row["text"])]
    return [row for row in found if set(row["articles"]) & set(articles)] or found if articles else found


def every_fact(laws: Mapping[str, Law]) -> Iterator[tuple[Law, Fact]]:
    for law in laws.values():
        for fact in law.facts:
            yield law, fact


def test_every_fact_stands_for_a_row(laws: Mapping[str, Law]) -> None:
    faults = []
    for law, fact in every_fact(laws):
        rows = rows_of(fact.section, fact.subject_row, fact.articles)
        if not rows:
            faults.append(f"{law.id}.toml {fact.id}: no row {fact.section} “{fact.subject_row}”")
        elif all("unknown" in row for row in rows):
            if fact.mark != "U" or not all(law.id in row["unknown"] for row in rows):
                faults.append(f"{law.id}.toml {fact.id}: the sheet does not say that this is unknown there")
        else:
            faults += [f"{law.id}.toml {fact.id}: {fault}" for fault in _differences(fact, rows)]
    none(faults)


def _differences(fact: Fact, rows: list[dict[str, Any]]) -> Iterator[str]:
    articles = {article for row in rows for article in row["articles"]}
    if not set(fact.articles) <= articles or (articles and not fact.articles and fact.mark != "U"):
        yield f"article {fact.article}; the row says {sorted(articles)}"
    if fact.mark not in {row["mark"] for row in rows}:
        yield f"mark {fact.mark}; the row says {sorted({row['mark'] for row in rows})}"
    known = {figure for row in rows for figure in (*row["figures"], *row["figures_in_words"])}
    known |= {number for figure in known for number in numbers_in(figure)}
    extra = {number for figure in fact.figures for number in numbers_in(figure)} - known
    if extra:
        yield f"figures {sorted(extra)} that the row does not have"
    shares = {share for row in rows for share in row["fractions"]}
    if not set(fact.fractions) <= shares:
        yield f"fractions {sorted(set(fact.fractions) - shares)} that the row does not have"


def test_every_row_stands_in_the_facts_whole_or_is_left_out_with_a_reason(laws: Mapping[str, Law]) -> None:
    told: dict[str, list[Fact]] = {row["id"]: [] for row in ROWS}
    for _law, fact in every_fact(laws):
        for row in rows_of(fact.section, fact.subject_row, fact.articles):
            told[row["id"]].append(fact)
    left_out = set()
    for law in laws.values():
        for one in law.left_out:
            rows = rows_of(one["section"], one["subject_row"])
            assert rows, f"{law.id}.toml leaves out “{one['subject_row']}”, which is no row"
            assert one["why"].strip(), f"{law.id}.toml leaves out “{one['subject_row']}” without a reason"
            left_out |= {row["id"] for row in rows}
    faults = []
    for row in ROWS:
        if "unknown" in row or row["subject"].startswith(PRINCIPLE) or (row["id"] in left_out and not told[row["id"]]):
            continue
        if not told[row["id"]]:
            faults.append(f"{row['id']} “{row['subject'] or row['text'][:50]}” is in no fact and is not left out")
        else:
            faults += [f"{row['id']} “{row['subject']}”: no fact has {what}" for what in _unsaid(row, told[row["id"]])]
    none(faults)


def _unsaid(row: dict[str, Any], facts: list[Fact]) -> Iterator[str]:
    """Yield the articles of a row, its fractions, and its figures read in the law or announced, that none of its facts has."""
    articles = {article for fact in facts for article in fact.articles}
    yield from (f"article {article}" for article in row["articles"] if article not in articles)
    if row["mark"] == "V1" or (row["mark"] == "V2" and row["section"] in ANNOUNCED):
        figures = {number for fact in facts for figure in fact.figures for number in numbers_in(figure)}
        yield from (figure for figure in row["figures"] if figure not in figures)
    shares = {share for fact in facts for share in fact.fractions}
    yield from (share for share in row["fractions"] if share not in shares)


def test_each_of_several_articles_has_the_figures_that_the_row_gives_it(laws: Mapping[str, Law]) -> None:
    """A row says `within 6 months (243)`: the words before the number of an article, back to the number before it, are its own."""
    faults = []
    for law, fact in every_fact(laws):
        if not fact.parts:
            continue
        assert set(fact.parts) == set(fact.articles), fact.id
        assert {figure for part in fact.parts.values() for figure in part} == {*fact.figures, *fact.fractions}, fact.id
        (row,) = rows_of(fact.section, fact.subject_row, fact.articles)
        words = re.split(r"\((\d+)\)", row["text"])
        given = {
            article: {*numbers_in(said), *fractions_in(said, "en")} for said, article in zip(words[::2], words[1::2], strict=False)
        }
        faults += [f"{law.id}.toml {fact.id}: {article}" for article, part in fact.parts.items() if not set(part) <= given[article]]
    none(faults)


def test_the_principles_have_their_names(laws: Mapping[str, Law]) -> None:
    told = {one["number"]: one for one in tomllib.loads((FACTS / "ica.toml").read_text(encoding="utf-8"))["principle"]}
    rows = {int(row["subject"].removeprefix(PRINCIPLE)): row["names"] for row in ROWS if row["subject"].startswith(PRINCIPLE)}
    assert {number: {language: one[language] for language in LANGUAGES} for number, one in told.items()} == rows


def test_a_fact_says_the_same_in_three_languages(laws: Mapping[str, Law]) -> None:
    faults = []
    for law, fact in every_fact(laws):
        wanted = sorted(number for figure in fact.figures for number in numbers_in(figure))
        for language in LANGUAGES:
            said = numbers_in(_bare(fact.rule[language]))
            if sorted(said) != wanted:
                faults.append(f"{law.id}.toml {fact.id} {language}: says {said}, figures are {wanted}")
            shares = fractions_in(fact.rule[language], language)
            if set(shares) != set(fact.fractions):
                faults.append(f"{law.id}.toml {fact.id} {language}: says {shares}, fractions are {list(fact.fractions)}")
            english = numbers_in(_bare(fact.rule["en"])), fractions_in(fact.rule["en"], "en")
            if (said, shares) != english:
                faults.append(f"{law.id}.toml {fact.id} {language}: says {said} {shares}, in another order than {english}")
            if not fact.subject[language].strip():
                faults.append(f"{law.id}.toml {fact.id} {language}: no subject")
    none(faults)


def _bare(rule: str) -> str:
    """Return a rule without markup; digits of names of laws count as the figures do."""
    return rule.replace("<bdi>", "").replace("</bdi>", "").replace("\u202f", " ")


def test_what_is_not_known_is_never_stated(laws: Mapping[str, Law]) -> None:
    for law, fact in every_fact(laws):
        if fact.mark == "U":
            assert not fact.figures, (law.id, fact.id)
            assert not fact.article, (law.id, fact.id)
            for language, words in (WEIGHED if law.id == "yields" else SENT_TO).items():
                said = f"{fact.rule[language]} {sureness(law, fact, language)}"
                assert words in said, (law.id, fact.id, language)


def test_what_somebody_says_names_who_says_it(laws: Mapping[str, Law]) -> None:
    assert [fact.id for _law, fact in every_fact(laws) if fact.mark == "V2" and not fact.source] == []
    assert [fact.id for _law, fact in every_fact(laws) if fact.mark not in {"V1", "V2", "U"}] == []


def test_who_says_it_is_who_the_row_names(laws: Mapping[str, Law]) -> None:
    faults = []
    for law, fact in every_fact(laws):
        if fact.mark != "V2":
            continue
        rows = rows_of(fact.section, fact.subject_row, fact.articles)
        rows = [row for row in rows if row["sources"]] or [row for row in ROWS if row["section"] == fact.section]
        named = folded(" ".join(name for row in rows for name in (*row.get("said_by", ()), *row["sources"])))
        faults += [f"{law.id}.toml {fact.id}: {name}" for name in fact.source.split(", ") if folded(name) not in named]
    none(faults)


def test_what_is_hard_to_read_keeps_its_warning(laws: Mapping[str, Law]) -> None:
    warned = [
        fact
        for _law, fact in every_fact(laws)
        if any("hard to read" in row["text"] for row in rows_of(fact.section, fact.subject_row))
    ]
    assert warned
    for fact in warned:
        assert all(words in fact.rule[language] for language, words in CONFIRM.items()), fact.id


def test_a_law_says_where_and_when_it_was_read(laws: Mapping[str, Law]) -> None:
    for law in laws.values():
        if law.id in READ:
            date, source, commit = READ[law.id]
            assert (law.date, law.source) == (date, source)
            assert commit in tomllib.loads((FACTS / f"{law.id}.toml").read_text(encoding="utf-8"))["copy"]
        if any(fact.mark == "V1" for fact in law.facts):
            assert law.source, law.id
            assert law.date, law.id
            assert all(law.text[language].strip() for language in LANGUAGES), law.id


def test_laws_are_cited_by_the_names_that_citations_know(laws: Mapping[str, Law]) -> None:
    for law in laws.values():
        if not any(fact.articles for fact in law.facts):
            continue
        for language, marker in {"ar": "، المادة 1", "fr": ", art. 1", "en": ", art. 1"}.items():
            assert [one.law for one in citations_in(f"({law.law[language]}{marker})", language)] == [law.id]


@pytest.mark.parametrize("path", sorted((COURSES / "facts").glob("*.toml")), ids=lambda path: path.stem)
def test_ids_of_facts_are_their_own(path: Path, laws: Mapping[str, Law]) -> None:
    ids = [fact.id for fact in laws[path.stem].facts]
    assert laws[path.stem].id == path.stem
    assert len(ids) == len(set(ids))


def test_annexes_say_what_the_facts_say() -> None:
    stale = [path.relative_to(COURSES).as_posix() for path, words in annexes() if not path.exists() or path.read_text() != words]
    assert stale == [], "run `python -m deploy.courses annexes`"
