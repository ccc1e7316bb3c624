"""The shipped courses: three languages, one structure, true answers, light pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree, html
from memory_host import Host, post_json

COURSES = Path(__file__).parents[2] / "courses"
COURSE = COURSES / "what-is-a-cooperative"
LANGUAGES = ("ar", "fr", "en")
ANSWERS = json.loads((COURSE / "answers.json").read_text(encoding="utf-8"))
QUIZZES = sorted(block.removeprefix("coop_quiz/") for block in ANSWERS)


def files(language: str) -> set[str]:
    folder = COURSE / language
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def tree_of(language: str) -> list[tuple[str, str, str]]:
    """Return (type, name, format) of every block in the order of the course, following pointers.

    Quizzes stand in their verticals: Open edX looks for a file of its own only for its own blocks.
    """
    found = []

    def walk(kind: str, name: str) -> None:
        node = etree.parse(str(COURSE / language / kind / f"{name}.xml")).getroot()
        assert node.tag == kind
        found.append((kind, name, node.get("format", "")))
        for child in node if kind in {"course", "chapter", "sequential", "vertical"} else ():
            if child.tag == "coop_quiz":
                found.append((child.tag, child.get("url_name"), ""))
                continue
            assert dict(child.attrib) == {"url_name": child.get("url_name")}
            walk(child.tag, child.get("url_name"))

    walk("course", etree.parse(str(COURSE / language / "course.xml")).getroot().get("url_name"))
    return found


def quiz(language: str, name: str) -> Host:
    for path in (COURSE / language / "vertical").glob("*.xml"):
        for node in etree.parse(str(path)).iter("coop_quiz"):
            if node.get("url_name") == name:
                return Host(etree.tostring(node, encoding="unicode"))
    raise LookupError(name)


def test_the_three_languages_have_the_same_files_and_the_same_tree() -> None:
    assert files("ar") == files("fr") == files("en")
    assert tree_of("ar") == tree_of("fr") == tree_of("en")


def test_the_shape_of_the_course() -> None:
    blocks = tree_of("en")
    names = [name for kind, name, _ in blocks if kind == "sequential"]
    assert names == ["meaning", "principles", "members", "final"]
    assert [kind for kind, _, _ in blocks].count("chapter") == 1
    assert {kind for kind, _, _ in blocks} == {"course", "chapter", "sequential", "vertical", "html", "coop_quiz"}
    assert len({(kind, name) for kind, name, _ in blocks}) == len(blocks)
    assert files("en") >= {f"{kind}/{name}.xml" for kind, name, _ in blocks if kind != "coop_quiz"}
    assert [f"coop_quiz/{name}" for kind, name, _ in blocks if kind == "coop_quiz"] == list(ANSWERS)


@pytest.mark.parametrize("name", QUIZZES)
def test_quizzes_differ_by_their_texts_alone(name: str) -> None:
    blocks = {language: quiz(language, name).block() for language in LANGUAGES}
    for language in ("ar", "fr"):
        assert blocks[language].structure == blocks["en"].structure
        assert set(blocks[language].texts) == set(blocks["en"].texts)
        assert blocks[language].max_attempts == blocks["en"].max_attempts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", QUIZZES)
def test_the_reference_answers_earn_everything(language: str, name: str) -> None:
    told = post_json(quiz(language, name).block(), ANSWERS[f"coop_quiz/{name}"]).json
    assert told["code"] == "marked"
    assert told["earned"] == told["possible"] == len(ANSWERS[f"coop_quiz/{name}"])


@pytest.mark.parametrize("name", QUIZZES)
def test_every_choice_has_its_feedback_and_every_number_its_help(name: str) -> None:
    block = quiz("en", name).block()
    questions = block.structure["questions"]
    assert len(questions) >= 4
    for question in questions:
        if question["kind"] == "number":
            assert f"{question['id']}/feedback/incorrect" in block.texts
        for choice in question.get("choices", ()):
            assert f"{question['id']}/{choice['id']}/feedback" in block.texts


def test_the_right_choice_is_not_always_in_the_same_place() -> None:
    places = [
        [choice["correct"] for choice in question["choices"]].index(True)
        for name in QUIZZES
        for question in quiz("en", name).block().structure["questions"]
        if question["kind"] == "single"
    ]
    assert {0, 1, 2} >= set(places) >= {1, 2}
    assert max(places.count(place) for place in places) / len(places) < 0.7


@pytest.mark.parametrize("language", LANGUAGES)
def test_readings_are_of_a_readable_length_and_their_pictures_are_described(language: str) -> None:
    for path in sorted((COURSE / language / "html").glob("*.html")):
        tree = html.fragment_fromstring(path.read_text(encoding="utf-8"), create_parent="div")
        assert 150 <= len(tree.text_content().split()) <= 400, path.name
        for picture in tree.iter("img"):
            assert len(picture.get("alt", "")) > 20
            assert (COURSE / language / picture.get("src").removeprefix("/")).is_file()
            assert picture.get("width")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_light_wordless_and_inert(language: str) -> None:
    for path in (COURSE / language / "static").iterdir():
        assert path.stat().st_size <= 10_240
        root = etree.parse(str(path)).getroot()
        names = {etree.QName(element).localname for element in root.iter()}
        assert names <= {"svg", "g", "path", "rect", "circle", "ellipse", "line", "text"}
        assert all(re.fullmatch(r"[1-7]?", (element.text or "").strip()) for element in root.iter())
        assert "href" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_policies(language: str) -> None:
    policies = COURSE / language / "policies" / "2026"
    assert json.loads((policies / "grading_policy.json").read_text()) == {
        "GRADER": [
            {"type": "Quiz", "short_label": "Quiz", "min_count": 3, "drop_count": 0, "weight": 0.6},
            {"type": "Final", "short_label": "Final", "min_count": 1, "drop_count": 0, "weight": 0.4},
        ],
        "GRADE_CUTOFFS": {"Pass": 0.7},
    }
    assert json.loads((policies / "policy.json").read_text())["course/2026"]["language"] == language


def test_each_language_is_written_in_its_own_script() -> None:
    arabic = re.compile(r"[\u0600-\u06ff]")
    for language in LANGUAGES:
        for path in (COURSE / language / "html").glob("*.html"):
            assert bool(arabic.search(path.read_text(encoding="utf-8"))) == (language == "ar")
