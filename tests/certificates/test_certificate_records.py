"""A record says the same bytes for ever, and refuses what may not be certified, all faults at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from takwin_certificates import codes
from takwin_certificates.lettering import clean, problems_in_name, problems_in_text
from takwin_certificates.record import KINDS, Competence, InvalidRecord, Part, Partner, Record, Signatory, StatusPlace

MakeRecord = Callable[..., Record]

LATIN = st.sampled_from("abcdefghijklmnopqrstuvwxyzÀÉçœḤʿŊŠABCDEFG")
ARABIC = st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىؤئ")


def words_of(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    word = st.text(letters, min_size=1, max_size=12)
    return st.lists(word, min_size=1, max_size=5).map(" ".join)


texts = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=60).map(clean).filter(bool)

languages = st.sampled_from(["ar", "fr", "en", "zgh"])
translated = st.dictionaries(languages, texts, min_size=1).map(lambda found: {"fr": "Titre", **found})
maybe_hours = st.one_of(st.none(), st.floats(0.25, 1000), st.integers(1, 1000))
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)).map(  # noqa: DTZ001 -- the zone follows
    lambda moment: moment.replace(microsecond=0)
)
sums = st.binary(min_size=32, max_size=32).map(bytes.hex)
lines = st.lists(texts, max_size=3).map(tuple)

first_records = st.builds(
    Record,
    schema=st.just(1),
    code=st.builds(codes.generate),
    titles=st.fixed_dictionaries({"fr": texts}, optional={"ar": texts, "en": texts}),
    course_key=texts,
    issued_on=st.dates(),
    issuer=texts,
    language=st.just("fr"),
    site=st.just("https://learn.example.org"),
    name_latin=words_of(LATIN),
    name_arabic=st.one_of(st.just(""), words_of(ARABIC)),
    run=texts,
    cohort=st.one_of(st.just(""), texts),
    place=texts,
    hours=maybe_hours,
    grade_percent=st.one_of(st.none(), st.integers(0, 100)),
)
records = st.builds(
    Record,
    code=st.builds(codes.generate),
    titles=translated,
    criteria=st.one_of(st.just({}), translated),
    course_key=texts,
    issued_on=st.dates(),
    issued_at=moments,
    issuer=texts,
    language=st.just("fr"),
    site=st.just("https://learn.example.org"),
    name_latin=words_of(LATIN),
    kind=st.sampled_from(KINDS),
    award=texts,
    subject=st.uuids().map(lambda drawn: drawn.urn),
    status=st.builds(StatusPlace, list=st.integers(0, 60_000), index=st.integers(0, 131_071)),
    version=st.one_of(st.just(""), sums),
    city=texts,
    hours=st.integers(500, 1000),
    hours_field=st.one_of(st.none(), st.floats(0.25, 200)),
    hours_face_to_face=st.one_of(st.none(), st.integers(1, 300)),
    field_visits=st.one_of(st.none(), st.integers(0, 40)),
    competences=st.lists(st.builds(Competence, texts=translated, level=st.sampled_from([None, 1, 4])), max_size=3).map(tuple),
    trainers=lines,
    assessors=lines,
    signatories=st.lists(st.builds(Signatory, title=texts, name=texts, picture=sums), max_size=3).map(tuple),
    partners=st.lists(st.builds(Partner, name=texts, logo=st.one_of(st.just(""), sums)), max_size=3).map(tuple),
    parts=st.lists(
        st.builds(Part, titles=translated, course_key=texts, code=st.builds(codes.generate), hours=maybe_hours), max_size=3
    ).map(tuple),
    template=st.sampled_from(["zellige-2", "modern-1", "programme-1"]),
)


@given(st.one_of(records, first_records))
def test_record_comes_back_from_its_json_with_the_same_bytes(record: Record) -> None:
    again = Record.from_json(record.to_json())

    assert again == record
    assert again.to_json() == record.to_json()


def test_bytes_of_schema_1_never_change(make_first_record: MakeRecord) -> None:
    """These bytes were signed for somebody: if this fails, their certificate does not verify any more."""
    record = make_first_record(place="", cohort="", titles={"fr": "Gouvernance"}, hours=20.0)

    assert record.to_json().decode() == (
        '{"code":"7K3M-9QXD-4TZ2-WHB8-RNVG","course_key":"course-v1:Takwin+GOV+2026","grade_percent":87,"hours":20,'
        '"issued_on":"2026-08-01","issuer":"Fondation Takwin","kind":"completion","language":"fr",'
        '"name_arabic":"أمينة بنت الحسن العلوي","name_latin":"Amina Bent El Hassan Alaoui","run":"2026","schema":1,'
        '"site":"https://learn.example.org","template":"zellige-1","titles":{"fr":"Gouvernance"}}'
    )


def test_bytes_of_schema_2_never_change(make_record: MakeRecord) -> None:
    record = make_record(
        place="",
        titles={"fr": "Gouvernance"},
        hours=20.0,
        competences=(Competence(texts={"fr": "Calculer le quorum"}, level=3),),
        signatories=(Signatory(title="Directrice"),),
        valid_until=dt.date(2029, 8, 1),
    )

    assert record.to_json().decode() == (
        '{"award":"course-v1:Takwin+GOV+2026#completion","code":"7K3M-9QXD-4TZ2-WHB8-RNVG","cohort":"Rawabit 3",'
        '"competences":[{"level":3,"texts":{"fr":"Calculer le quorum"}}],"course_key":"course-v1:Takwin+GOV+2026",'
        '"grade_percent":87,"hours":20,"issued_at":"2026-08-01T09:30:00Z","issued_on":"2026-08-01","issuer":"Fondation Takwin",'
        '"kind":"completion","language":"fr","name_arabic":"أمينة بنت الحسن العلوي","name_latin":"Amina Bent El Hassan Alaoui",'
        '"run":"2026","schema":2,"signatories":[{"title":"Directrice"}],"site":"https://learn.example.org",'
        '"status":{"index":70411,"list":1},"subject":"urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b","template":"zellige-1",'
        '"titles":{"fr":"Gouvernance"},"valid_until":"2029-08-01"}'
    )


UNDER_OTHER_RULES = (
    '{"award":"course-v1:Takwin+GOV+2026#completion","code":"7K3M-9QXD-4TZ2-WHB8-RNVG","course_key":"course-v1:Takwin+GOV+2026",'
    '"hours":2,"hours_face_to_face":11.5,"issued_at":"2026-11-22T08:14:00Z","issued_on":"2026-11-22","issuer":"Takwin",'
    '"kind":"competence","language":"fr","name_latin":"Khadija Boualam","schema":2,"site":"http://localhost:8000",'
    '"status":{"index":7,"list":1},"subject":"urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b","template":"zellige-2",'
    '"titles":{"fr":"Qu’est-ce qu’une coopérative ?"},"valid_until":"2026-01-01"}'
)
"""Signed when a part of the hours could still be more than the whole."""


def test_what_was_signed_under_other_rules_is_read_for_ever() -> None:
    record = Record.from_json(UNDER_OTHER_RULES)

    assert record.to_json().decode() == UNDER_OTHER_RULES
    assert (record.hours, record.hours_face_to_face, record.competences) == (2, 11.5, ())
    with pytest.raises(InvalidRecord):
        replace(record)  # made today, it is refused


@pytest.mark.parametrize(
    "change", [{"code": "7K3M"}, {"language": "de"}, {"site": "javascript:alert(1)"}, {"titles": {"en": "Other"}}]
)
def test_what_nobody_could_show_is_no_record_even_when_signed(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        Record.from_facts({**json.loads(UNDER_OTHER_RULES), **change})


def test_a_fact_of_later_does_not_fit_into_schema_1(make_first_record: MakeRecord) -> None:
    with pytest.raises(InvalidRecord) as caught:
        make_first_record(city="Taroudant", field_visits=3, trainers=("Samira",))

    assert caught.value.problems == (
        "city is no fact of schema 1",
        "field_visits is no fact of schema 1",
        "trainers is no fact of schema 1",
    )


def test_record_cannot_be_changed(make_record: MakeRecord) -> None:
    record = make_record()

    with pytest.raises(AttributeError):
        record.name_latin = "Another"  # type: ignore[misc]
    with pytest.raises(TypeError):
        record.titles["fr"] = "Another"  # type: ignore[index]


def test_all_faults_are_told_together(make_record: MakeRecord) -> None:
    with pytest.raises(InvalidRecord) as caught:
        make_record(
            code="7K3M",
            kind="diploma",
            template="unknown-9",
            name_arabic="",
            name_latin="",
            hours=0,
            grade_percent=101,
            site="javascript:alert(1)",
            issuer="",
            titles={"en": "Only English", "de": "Deutsch"},
        )

    assert caught.value.problems == (
        "code '7K3M' is not a well-formed verification code",
        "kind 'diploma' is unknown",
        "template 'unknown-9' is unknown",
        "titles has no title in 'fr', the language of the document",
        "site is not a web address",
        "the holder has no name, in neither script",
        "titles has an unknown language 'de'",
        "issuer is empty",
        "hours must be above 0 and at most 10000",
        "grade_percent must lie between 0 and 100",
    )


def test_a_part_of_the_hours_is_never_more_than_the_whole(make_record: MakeRecord) -> None:
    with pytest.raises(InvalidRecord) as caught:
        make_record(hours=20, hours_face_to_face=15, hours_field=6)

    assert caught.value.problems == ("hours_face_to_face and hours_field are more than hours",)


@pytest.mark.parametrize("hours", [float("nan"), float("inf"), -1.0])
def test_hours_that_are_no_hours_are_refused(make_record: MakeRecord, hours: float) -> None:
    with pytest.raises(InvalidRecord, match="hours must be above 0"):
        make_record(hours=hours)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": 3}, "schema 3 is unknown; this program reads schemas (1, 2)"),
        ({"schema": True}, "schema True is unknown; this program reads schemas (1, 2)"),
        ({"issued_at": "2026-08-01 09:30"}, "issued_at must be a moment like 2026-03-31T09:30:00Z"),
        ({"status": {"list": 1}}, "status must be an object with list, index"),
        ({"competences": [{"level": 3}]}, "competences must be a list, each an object with texts, level"),
        ({"signatories": {"title": "Directrice"}}, "signatories must be a list, each an object with title, name, picture"),
        ({"extra": 1}, "'extra' is not a fact of a record"),
        ({"issued_on": "20260801"}, "issued_on must be a date like 2026-03-31"),
        ({"issued_on": "2026-02-30"}, "issued_on must be a date like 2026-03-31"),
        ({"hours": "20"}, "hours must be a number"),
        ({"grade_percent": True}, "grade_percent must be a whole number"),
        ({"titles": {"fr": 1}}, "titles must be an object of texts by language"),
        ({"place": None}, "place must be a text"),
    ],
)
def test_misshapen_json_is_refused_by_name(make_record: MakeRecord, change: dict[str, Any], problem: str) -> None:
    facts = json.loads(make_record().to_json())

    with pytest.raises(InvalidRecord) as caught:
        Record.from_facts({**facts, **change})

    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"\xff",
        b"{",
        b"null",
        b'{"schema":1,"schema":1}',
        b'{"schema":NaN}',
        b"[" * 50_000,
        b" " * 70_000,
    ],
)
def test_what_is_no_record_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidRecord):
        Record.from_json(text)


@pytest.mark.parametrize(
    "name",
    [
        "Amina\u202eidoualA",  # right-to-left override
        "Amina\u2067 Alaoui",  # isolate
        "Ami\u200bna",  # zero width space
        "Ami\u200dna",  # zero width joiner
        "Ami\u00adna",  # soft hyphen
        "\ufeffAmina",
        "Amina\nAlaoui",
        "Amina\u2028Alaoui",
        "Amina\x00",
        "Amina\ud800",
        "Amina\ue000",  # private use
        "\u0410mina",  # Cyrillic letter that looks like A
        "Am\u0131\u0307na Ал",
        "A" + "\u0301" * 8,
        "Amine\u0301",  # not composed
        " Amina",
        "Amina  Alaoui",
        "<b>Amina</b>",
        "{{ 7*7 }}",
        "Amina 🌿",
        "أمينة",
        "123",
        "---",
        "A" * 101,
    ],
)
def test_hostile_name_is_refused(make_record: MakeRecord, name: str) -> None:
    with pytest.raises(InvalidRecord, match="name_latin"):
        make_record(name_latin=name)


@pytest.mark.parametrize(
    "name",
    ["Amina", "Fatima-Ezzahra El Idrissi", "N’Guessan O'Brien", "Ḥamza Uʿazzū", "Ɓeyɗi Ŋum Ƴero", "J. Li (née Wu), 3"],
)
def test_names_of_many_people_are_accepted_in_latin_script(name: str) -> None:
    assert problems_in_name(name, "latin") == []


@pytest.mark.parametrize("name", ["أمينة", "عبد الكريم الإدريسي", "مُحَمَّد", "فاطمة-الزهراء", "ڭولميم", "لالة ٣"])
def test_names_of_many_people_are_accepted_in_arabic_script(name: str) -> None:
    assert problems_in_name(name, "arabic") == []


def test_a_latin_name_is_no_arabic_name() -> None:
    assert problems_in_name("Li", "arabic") == [
        "has characters that are not of a name in arabic script ('L' 'i')",
    ]


@pytest.mark.parametrize("field", ["issuer", "cohort", "place", "run", "course_key"])
def test_invisible_characters_are_refused_in_every_text(make_record: MakeRecord, field: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        make_record(**{field: "A\u202eB"})

    assert caught.value.problems == (f"{field} has control, directional or invisible characters (U+202E)",)


@given(st.text(max_size=80))
def test_cleaned_text_has_no_problem_left_and_cleaning_it_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)

    assert problems_in_text(cleaned) == []
    assert clean(cleaned) == cleaned


def test_clean_keeps_the_words_of_a_title_from_an_old_archive() -> None:
    assert clean("\ufeff  \u200fحكامة\u200e\tالتعاونيات\n(e\u0301)") == "حكامة التعاونيات (é)"


def test_issue_day_is_a_date_and_comes_back_as_one(make_record: MakeRecord) -> None:
    assert Record.from_json(make_record().to_json()).issued_on == dt.date(2026, 8, 1)
