"""The checks find what is wrong: a sound course, one thing spoilt in it, and the words of the fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.courses import __main__ as commands
from deploy.courses.annexes import in_french_spaces, page
from deploy.courses.citations import citations_in, expanded, sentences
from deploy.courses.coverage import tables
from deploy.courses.facts import Law
from deploy.courses.faults import Fault
from deploy.courses.minutes import minutes_of
from deploy.courses.numerals import counted_in, fractions_in, numbers_in
from deploy.courses.reading import COURSES, read_course
from deploy.courses.report import report
from deploy.courses.wording import normalised

MAP = """code = "X"
minutes = 60
[[outcome]]
id = "meaning"
ar = "أ"
fr = "F"
en = "E"
taught = ["meaning"]
assessed = ["unit-meaning-quiz"]
"""
STORY, QUIZ, VALUES = "html/forty-litres.html", "vertical/unit-meaning-quiz.xml", "html/values.html"
SPOILT = {
    "a text that only two have": ("fr", "html/values.html", None, None, "the file is missing"),
    "a pointer to nothing": ("en", "sequential/meaning.xml", 'url_name="unit-story"', 'url_name="unit-storm"', "the file is missing"),
    "an element left open": ("en", STORY, "</p>", "", "not well-formed"),
    "another id": ("ar", QUIZ, 'id="shared"', 'id="shard"', "languages differ in texts alone"),
    "another setting": ("fr", QUIZ, 'max_attempts="3"', 'max_attempts="2"', "languages differ in texts alone"),
    "no name": ("en", "vertical/unit-story.xml", 'display_name="A story: ten families"', "", "no display_name"),
    "an id for a name": ("en", "vertical/unit-story.xml", '"A story: ten families"', '"unit-story"', "the display_name is the id"),
    "a text for later": ("en", STORY, "In a valley", "TODO in a valley", "“TODO” at"),
    "Latin in Arabic": ("ar", STORY, "<p>", "<p>This is not written yet at all.</p><p>", "no Arabic at"),
    "Arabic in French": ("fr", STORY, "<p>", "<p>تعاونية</p><p>", "Arabic letters at"),
    "English in French": ("fr", STORY, "<p>", "<p>This is what the members have and that is their tank.</p><p>", "looks like English"),
    "a dead link": ("en", STORY, "<p>", '<p><a href="/jump_to_id/nowhere">x</a></p><p>', "leads nowhere"),
    "a link outwards": ("en", STORY, "<p>", '<p><a href="http://example.org">x</a></p><p>', "cannot be reached"),
    "a picture that is not there": ("en", STORY, "members-and-enterprise.svg", "nobody.svg", "is not there"),
    "a picture without words": ("en", STORY, 'alt="Eight people', 'title="Eight people', "is described by 0 characters"),
    "an unused picture": ("en", "static/spare.svg", "", "<svg xmlns='http://www.w3.org/2000/svg'/>", "nothing shows this file"),
    "a drawing with a program": ("en", "static/surplus.svg", "</svg>", "<script>1</script></svg>", "<script>"),
    "a drawing that fetches": ("en", "static/surplus.svg", "</svg>", '<g fill="url(https://x.org/y)"/></svg>', 'fill="url('),
    "a heavy drawing": ("en", "static/surplus.svg", "</svg>", f"<!--{'x' * 16000}--></svg>", "bytes"),
    "the wrong language": ("ar", "policies/2026/policy.json", '"language": "ar"', '"language": "fr"', "the policy says the language"),
    "a block that Studio hides": ("en", "policies/2026/policy.json", '"coop_quiz"', '"coop_match"', "advanced_modules lacks"),
    "weights": ("en", "policies/2026/grading_policy.json", "0.4", "0.5", "the weights are not 1"),
    # With a map:
    "an article nobody read": ("en", STORY, "<p>", "<p>So it is (law 112.12, art. 99).</p><p>", "is in no fact"),
    "a figure of its own": ("en", STORY, "<p>", "<p>In Morocco at least 7 members (law 112.12, art. 14).</p><p>", "7 stands beside"),
    "a fraction of its own": ("en", STORY, "<p>", "<p>First call: two thirds (law 112.12, art. 43-I).</p><p>", "2/3, in words"),
    "a number in words": ("en", STORY, "<p>", "<p>In Morocco within seven months (law 112.12, art. 41).</p><p>", "7 stands beside"),
    "one article of a range": ("en", STORY, "<p>", "<p>In Morocco 3 to 12 (law 112.12, art. 49).</p><p>", "says what is not known"),
    "a figure of the next article": ("en", STORY, "<p>", "<p>Within 6 months (OHADA Uniform Act, art. 244).</p><p>", "6 stands beside"),
    "the law of another country": ("en", STORY, "<p>", "<p>In Malawi at least 5 (law 112.12, art. 14).</p><p>", "of another country"),
    "a law without its country": ("en", STORY, "<p>", "<p>So it is (OHADA Uniform Act, art. 116).</p><p>", "never says in which"),
    "a rule without its law": ("en", QUIZ, "<feedback>", "<feedback>In Morocco five members are enough. ", "without an article"),
    "another form": ("en", STORY, "<p>", "<p>As article 14 of the law says.</p><p>", "in a form of its own"),
    "one language alone": ("fr", STORY, "<p>", "<p>Ils sont au moins 5 (loi 112-12, art. 14).</p><p>", "cites more"),
    "a law nobody read": ("en", STORY, "<p>", "<p>The law of The Gambia asks for ten.</p><p>", "whose law was not read"),
    "a paragraph twice": (
        "en", VALUES, "<p>", ("<p>Her neighbours Rahma, Brahim and old Moha live with the same worry. Each of them has tried alone. "
        "Rahma took a loan for a cooling box and could not fill it. Brahim carried his cans to town on the bus and came home with "
        "less than his fare. Moha argued with the trader, who simply stopped calling at his door.</p><p>"), "the same text as",
    ),
    "too short": ("en", VALUES, None, "<p>Short.</p><table/>", "1 words in"),
    "a word of other houses": ("en", VALUES, "<p>", "<p>The AGM decides.</p><p>", "“AGM” at"),
    "a plain apostrophe in French": ("fr", VALUES, "<p>", "<p>L'assemblée décide.</p><p>", "apostrophe"),
    "a style of its own": ("en", VALUES, "<p>", '<p style="color:red">', "leave looks"),
    "a program in a page": ("en", VALUES, "<p>", "<script>1</script><p>", "<script>"),
    "invented people": ("en", VALUES, "<p>", "<p>Khadija presides over Tilila.</p><p>", "is invented"),
    "an outcome nobody assesses": ("", "map.toml", "unit-meaning-quiz", "unit-nowhere", "is assessed in unit-nowhere"),
}  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound course that has a map. Whoever spoils it puts it right again."""
    folder = tmp_path_factory.mktemp("courses") / "sound"
    shutil.copytree(COURSES / "what-is-a-cooperative", folder)
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def faults_before(copied: Path) -> set[Fault]:
    """What the short course, written before courses had maps, lacks of what a map asks for."""
    return set(faults_of(copied))


@contextmanager
def spoilt(path: Path, there: str | None, instead: str | None) -> Iterator[None]:
    """Take a file away, write it anew, or exchange some words in it, for a while."""
    sound = path.read_bytes() if path.exists() else None
    if instead is None:
        path.unlink()
    else:
        words = sound.decode() if sound and there else ""
        assert (there or "") in words
        path.write_text(words.replace(there, instead, 1) if there else instead, encoding="utf-8")
    yield
    if sound is None:
        path.unlink()
    else:
        path.write_bytes(sound)


def faults_of(folder: Path) -> Iterator[Fault]:
    yield from commands.faults_of(read_course(folder))


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_spoilt_is_told_with_its_place(name: str, copied: Path, faults_before: set[Fault]) -> None:
    language, file, there, instead, words = SPOILT[name]
    with spoilt(copied / language / file, there, instead):
        fresh = set(faults_of(copied)) - faults_before
    told = [fault for fault in fresh if words in fault.what or words in fault.remedy]
    assert told, [str(fault) for fault in fresh]
    assert all(fault.course == "sound" and fault.file and fault.remedy for fault in told)


def test_a_fault_is_one_line() -> None:
    fault = Fault("governance", "fr", "html/g11-live.html", 12, "no alternative text", "say what the picture shows")
    assert str(fault) == "governance, fr: html/g11-live.html:12: no alternative text → say what the picture shows"


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("Half (law 112.12, art. 43-I), then (OHADA Uniform Act, art. 39 and 43).", "en", ["ma 43-I", "ohada 39, 43"]),
        ("(Malawi, Cooperative Societies Act, s. 19)", "en", ["mw 19"]),
        ("La moitié (loi\u202f112-12, art.\u00a049–51).", "fr", ["ma 49, 50, 51"]),
        (
            "نصف (القانون 112.12، المادتان 39 و43) ثم (قانون أوهادا الموحد، المواد 257 إلى 259).",
            "ar",
            ["ma 39, 43", "ohada 257, 258, 259"],
        ),
        ("(law 112.12)", "en", []),
    ],
)
def test_citations_are_the_same_in_every_language(words: str, language: str, found: list[str]) -> None:
    assert [one.key for one in citations_in(words, language)] == found


def test_lists_of_articles_are_read_one_by_one() -> None:
    assert expanded("49–51, 57–58") == ("49", "50", "51", "57", "58")
    assert expanded("43-III, IV") == ("43-III", "43-IV")
    assert expanded("") == ()


def test_numbers_are_compared_in_one_writing() -> None:
    assert numbers_in("60 000 MAD, 60,000, 60.000, D800, 30 %, 1.14.189") == ["60000", "60000", "60000", "800", "30", "1.14.189"]
    assert fractions_in("Three quarters, two thirds; a meeting a quarter", "en") == ["3/4", "2/3"]
    assert fractions_in("les trois quarts, le tiers", "fr") == ["3/4", "1/3"]
    assert fractions_in("ثلاثة أرباع، وخمسة عشر يوما، ثم العشر", "ar") == ["3/4", "1/10"]
    assert fractions_in("first half, then three quarters", "en") == ["1/2", "3/4"]


def test_numbers_in_words_are_found_before_what_they_count() -> None:
    assert counted_in("six months, two people, five times", "en") == ["5", "6"]
    assert counted_in("dans les six mois, deux années de suite", "fr") == ["2", "6"]
    assert counted_in("داخل ستة أشهر، وسنتين، وكل ثلاثة أشهر", "ar") == ["6", "2"]


def test_sentences_do_not_end_inside_a_citation() -> None:
    assert sentences("So it is (law 112.12, art. 40). And then? Yes.") == ["So it is (law 112.12, art. 40).", "And then?", "Yes."]


def test_french_has_its_spaces() -> None:
    assert in_french_spaces("Quorum : « 60 000 » ; quoi ?") == "Quorum\u202f: «\u202f60\u202f000\u202f»\u202f; quoi\u202f?"


def test_an_annex_says_how_sure_it_is(laws: Mapping[str, Law]) -> None:
    for language, words in {"ar": "في نص القانون", "fr": "lu dans le texte de la loi", "en": "read in the text of the law"}.items():
        assert words in page(laws["ma"], "assembly", language)
    assert "not known" in page(laws["gm"], "all", "en")
    assert "<td>s. 19<br/>" in page(laws["mw"], "all", "en")
    assert "<bdi>43-I</bdi>" in page(laws["ma"], "assembly", "ar")


def test_coverage_and_report_tell_of_every_unit(copied: Path) -> None:
    made = read_course(copied)
    for unit in made.editions["en"].units:
        assert f"`{unit}`" in tables(made)
        assert f"`{unit}`" in report(made)
    assert all(1 <= minutes_of(unit) <= 15 for unit in made.editions["en"].units.values())


def test_two_writings_of_one_text_are_the_same() -> None:
    assert normalised("One member, one vote!") == normalised("one member – one vote")


def test_the_command_says_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main([]) == 2
    assert "check [COURSE …]" in capsys.readouterr().err
    assert commands.main(["check", "what-is-a-cooperative"]) == 0


def test_what_is_generated_is_written_only_where_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.html"
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands, "GENERATORS", {"annexes": lambda: iter([(path, "new\n")])})
    assert commands.generate(["annexes"], only_check=True) == ["made.html is stale: run `python -m deploy.courses annexes`"]
    assert not path.exists()
    assert commands.generate(["annexes"], only_check=False) == []
    assert path.read_text() == "new\n"
    assert commands.generate(["annexes"], only_check=True) == []
