"""The quizzes of the tour of the blocks: one structure, three languages, every kind, answers that earn everything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from memory_host import Host, post_json

TOUR = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
LANGUAGES = ("ar", "fr", "en")
ANSWERS: dict[str, dict[str, Any]] = {
    "quiz-single": {"least-members": "five"},
    "quiz-multiple": {"agenda": ["accounts", "surplus", "elections"], "rests-on": ["selfhelp", "equality", "solidarity"]},
    "quiz-truth": {"vote": "true", "proxy": "false", "reserves": "false"},
    "quiz-number": {"reserve": "4 800", "quorum": "٢٣", "present": "69"},
    "quiz-text": {},
    "quiz-picture": {"votes": "persons"},
    "quiz-audio": {"cash-box": "900", "voucher": "carrier"},
}
WORDS = {
    "ar": {"refund": "العائِد", "minutes": "محضر"},
    "fr": {"refund": "La Ristourne", "minutes": "procès verbal"},
    "en": {"refund": "Patronage refund.", "minutes": "The minutes"},
}
MONEY = {"ar": "٤٨٠٠ درهم", "fr": "4 800,00 MAD", "en": "4,800 dirhams"}


def quiz(language: str, name: str) -> Host:
    node = etree.parse(str(TOUR / language / "vertical" / f"{name}.xml")).getroot()[0]
    assert (node.tag, node.get("url_name")) == ("coop_quiz", name)
    return Host(etree.tostring(node, encoding="unicode"))


def test_the_lesson_holds_them_all() -> None:
    for language in LANGUAGES:
        root = etree.parse(str(TOUR / language / "sequential" / "coop-quiz.xml")).getroot()
        assert [child.get("url_name") for child in root] == list(ANSWERS)
    kinds = {question["kind"] for name in ANSWERS for question in quiz("en", name).block().structure["questions"]}
    assert kinds == {"single", "multiple", "truth", "number", "text"}


@pytest.mark.parametrize("name", ANSWERS)
def test_languages_differ_by_their_texts_alone(name: str) -> None:
    blocks = {language: quiz(language, name).block() for language in LANGUAGES}
    for language in ("ar", "fr"):
        assert blocks[language].structure == blocks["en"].structure
        assert set(blocks[language].texts) == set(blocks["en"].texts)
        assert blocks[language].max_attempts == blocks["en"].max_attempts
    assert re.search(r"[\u0600-\u06ff]", "".join(blocks["ar"].texts.values()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ANSWERS)
def test_the_right_answers_earn_everything(language: str, name: str) -> None:
    told = post_json(quiz(language, name).block(language=language), ANSWERS[name] or WORDS[language]).json
    assert (told["code"], told["earned"]) == ("marked", told["possible"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_is_typed_with_its_unit(language: str) -> None:
    told = post_json(quiz(language, "quiz-number").block(), ANSWERS["quiz-number"] | {"reserve": MONEY[language]}).json
    assert told["earned"] == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_there_light_and_wordless(language: str) -> None:
    pictures = [choice["picture"] for choice in quiz(language, "quiz-picture").block().structure["questions"][0]["choices"]]
    assert len(pictures) == 3
    for address in pictures:
        path = TOUR / language / address.removeprefix("/")
        assert path.stat().st_size <= 15 * 1024
        names = {etree.QName(element).localname for element in etree.parse(str(path)).getroot().iter()}
        assert names <= {"svg", "g", "path", "rect", "circle", "ellipse"}
