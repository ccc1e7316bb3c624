"""What one language says otherwise than the others, or twice, or for nobody, is told; each time one thing is spoilt in a sound course."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from deploy.courses import __main__ as commands
from deploy.courses.reading import COURSES, read_course

STORY, QUIZ = "html/forty-litres.html", "vertical/unit-meaning-quiz.xml"
AGAIN = "<p>Each of the ten families has tried to sell milk alone before.</p>"
SPOILT = {
    "a paragraph left out": (["ar"], STORY, "<p>", "<div>", "</p>", "</div>", "<div> where en has <p>"),
    "a paragraph more": (["fr"], STORY, "</p>", "</p><p>Encore une phrase.</p>", None, None, "where en has"),
    "an end more": (["fr"], QUIZ, "</coop_quiz>", "<extra/></coop_quiz>", None, None, "where en has <the end>"),
    "another figure": (["fr"], STORY, "</p>", " 77.</p>", None, None, "77 at html/forty-litres/p[1]"),
    "French in English": (["en"], STORY, "<p>", "<p>Les membres décident dans leur assemblée.</p><p>", None, None, "looks like French"),
    "a file for nobody": (["ar", "fr", "en"], "html/orphan.html", "", "<p>Later</p>", None, None, "nothing points to this file"),
    "a drawing with entities": (
        ["en"], "static/surplus.svg", "<svg", "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg", None, None, "a document type",
    ),
    "a drawing with a style sheet": (
        ["en"], "static/surplus.svg", "<svg", '<?xml-stylesheet href="https://x.org/y"?><svg', None, None, "<?xml-stylesheet>",
    ),
    "a paragraph twice in a unit": (
        ["en"], STORY, "<p>", f"{AGAIN}{AGAIN}<p>", None, None, "the same text as",
    ),
}  # fmt: skip


def copy_to(tmp_path: Path) -> Path:
    folder = tmp_path / "courses" / "sound"
    shutil.copytree(COURSES / "what-is-a-cooperative", folder)
    (folder / "map.toml").write_text('code = "X"\nminutes = 60\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the short course lacks of what a map asks for."""
    return told(copy_to(tmp_path_factory.mktemp("before")))


def told(folder: Path) -> set[str]:
    return {str(fault) for fault in commands.faults_of(read_course(folder))}


def spoil(path: Path, changes: Iterable[tuple[str | None, str | None]]) -> None:
    words = path.read_text(encoding="utf-8") if path.exists() else ""
    for there, instead in changes:
        if there is not None and instead is not None:
            assert there in words or not words
            words = words.replace(there, instead, 1) if there else instead
    path.write_text(words, encoding="utf-8")


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_spoilt_in_one_language_is_told(name: str, before: set[str], tmp_path: Path) -> None:
    copied = copy_to(tmp_path)
    languages, file, there, instead, then, after, words = SPOILT[name]
    for language in languages:
        spoil(copied / language / file, [(there, instead), (then, after)])
    fresh = told(copied) - before
    assert [fault for fault in fresh if words in fault and file in fault], fresh


def test_one_grid_may_judge_two_works_and_nothing_else_comes_twice(tmp_path: Path) -> None:
    copied = copy_to(tmp_path)
    sold = "What is not sold by ten in the morning is lost"
    for name, unit in (("a", QUIZ), ("b", "vertical/unit-principles-quiz.xml")):
        blocks = (
            f"<coop_{kind} url_name='{kind}-{name}' display_name='A {kind}'><item id='a'>{sold}, to {kind}.</item></coop_{kind}>"
            for kind in ("order", "match", "rubric", "observation")
        )
        spoil(copied / "en" / unit, [("</vertical>", "".join((*blocks, "</vertical>")))])
    again = [fault for fault in told(copied) if "the same text as" in fault]
    assert len(again) == 2, again
    assert all(sold in fault and "principles" in fault for fault in again)


def test_the_course_on_governance_has_the_map_that_its_checks_go_by() -> None:
    made = read_course(COURSES / "governance")
    assert made.map
    assert made.map.outcomes
    assert made.map.lessons
