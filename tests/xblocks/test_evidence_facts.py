"""What trainees type about a visit, whatever their keyboard makes of it; whom it reached; the table that opens as a table alone."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, strategies as st
from memory_host import Host, export

from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.evidence.content import asked_of
from takwin_xblocks.evidence.facts import Facts, Photo, facts_of, is_ahead, read_facts
from takwin_xblocks.evidence.rounds import Decision, Round, data_of, rounds_of, with_decision, without_photo
from takwin_xblocks.evidence.tally import reached, share, table_text

ASKED = asked_of({"photos": 1, "questions": [{"id": "next"}, {"id": "else", "may_be_empty": True}]}, {})
WHOLE = {
    "date": "٢٠/١١/٢٠٢٦",
    "place": "  Douar\tTakmout ",
    "cooperative": "Tamaynut",
    "w-18-35": "٧",
    "m-60-up": "1 200",
    "uncounted": " 2 ",
    "how": "spoken",
    "who": "Ten members",
    "to": "Me",
    "when": "2026-11-20",
    "q-next": "They count\r\nthe till.",
}
PHOTO = Photo(file="f1", words="The register", position=(30.33, -5.84))


def codes(photos: tuple[Photo, ...] = (PHOTO,), **changes: str) -> dict[str, str]:
    return dict(read_facts({**WHOLE, **{name.replace("_", "-"): text for name, text in changes.items()}}, ASKED, photos).codes)


def test_a_whole_piece_is_read_as_it_was_meant_and_kept_as_it_was_read() -> None:
    reading = read_facts(WHOLE, ASKED, (PHOTO,))
    assert reading.codes == {}
    facts = reading.facts
    assert (facts.day, facts.place, facts.people, facts.women["18-35"], facts.men["60-up"]) == (
        "2026-11-20", "Douar Takmout", 1209, 7, 1200,
    )  # fmt: skip
    assert facts.answers == {"next": "They count\nthe till.", "else": ""}
    assert facts_of(facts.kept()) == facts


def test_every_field_that_needs_its_trainee_is_named() -> None:
    assert read_facts({}, ASKED).codes == {
        "date": "needed", "place": "needed", "cooperative": "needed", "uncounted": "nobody_counted", "photos": "too_few",
        "q-next": "needed",
    }  # fmt: skip
    assert "photos" not in read_facts({}, ASKED, takes_photos=False).codes
    assert codes(w_18_35="two", date="31/02/2026", q_next="x" * 3001) == {
        "w-18-35": "not_whole",
        "date": "not_a_date",
        "q-next": "far_too_long",
    }
    assert codes(m_60_up="-1", uncounted="2,5") == {"m-60-up": "out_of_range", "uncounted": "not_whole"}


@pytest.mark.parametrize(
    ("how", "missing"),
    [
        ("", {"how": "needed"}),
        ("forged", {"how": "needed"}),
        ("nobody", {}),
        ("paper", {"who": "needed", "when": "needed"}),
        ("spoken", {"who": "needed", "to": "needed", "when": "needed"}),
    ],
)
def test_who_is_on_a_photo_has_agreed_and_is_asked_of_photos_alone(how: str, missing: dict[str, str]) -> None:
    blank = {"how": how, "who": "", "to": "", "when": ""}
    assert codes(**blank) == missing
    assert codes((), **blank) == {"photos": "too_few"}


def test_a_day_in_the_future_is_taken_and_flagged() -> None:
    assert codes(date="20/11/2029") == {}
    sent = date(2026, 11, 20)
    assert [is_ahead(day, sent) for day in ("2026-11-21", "2026-11-22", "2029-01-01", "", "no day")] == [
        False,
        True,
        True,
        False,
        False,
    ]


@given(
    st.dictionaries(
        st.sampled_from([*WHOLE, "w-u18", "m-36-59", "q-else"]),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
    )
)
def test_whatever_is_typed_is_read_or_named_and_never_negative(typed: dict[str, str]) -> None:
    facts = read_facts(typed, ASKED, (PHOTO,)).facts
    assert facts.people >= 0
    assert facts_of(facts.kept()) == facts


def test_a_withdrawn_photo_is_in_no_round_and_what_was_decided_stays() -> None:
    first = Round(facts=Facts(photos=(PHOTO,)), at="2026-11-20T10:00:00+00:00")
    rounds = with_decision((first, Round(facts=Facts(photos=(Photo(file="f2"), PHOTO)), at="")), Decision(what="accepted", by="t"))
    left = rounds_of(data_of(without_photo(rounds, "f1")))
    assert [[photo.file for photo in one.facts.photos] for one in left] == [[""], ["f2", ""]]
    assert "register" not in str(data_of(left))
    assert left[-1].last == rounds[-1].last


def test_sums_are_those_of_all_that_was_accepted() -> None:
    sums = reached([Facts(women={"a": 3}, men={"a": 1}, uncounted=2), Facts(women={"a": 4, "old": 1})])
    assert (sums.pieces, sums.people, sums.women, sums.bands(["b", "a"])) == (2, 11, {"a": 7, "old": 1}, ["b", "a", "old"])
    assert [share(count, 3) for count in (0, 1, 3, 5)] == [0, 1 / 3, 1, 1]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
def test_no_cell_that_a_person_typed_is_a_formula(typed: str) -> None:
    for start in ("", "=", "+", "-", "@", "\t", " ="):
        [[cell, number]] = csv.reader(io.StringIO(table_text([[start + typed, -3]]).removeprefix("\ufeff"), newline=""))
        assert number == "-3"
        assert not cell.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


# --- what authors ask for ---


@pytest.mark.parametrize(
    "xml",
    [
        "<coop_evidence/>",
        '<coop_evidence pieces="3" photos="0" date="offered" participants="left_out"><prompt>Go.</prompt></coop_evidence>',
        """<coop_evidence ages="own"><question id="q" may_be_empty="true">A <em>b</em></question><band id="b">Young</band>
        <reason id="r">No.</reason></coop_evidence>""",
    ],
)
def test_a_content_reads_back_as_it_was(xml: str) -> None:
    block = Host(xml).block()
    again = Host(export(block)).block()
    assert (again.structure, again.texts) == (block.structure, block.texts)


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ('<coop_evidence pieces="13"/>', "12"),
        ('<coop_evidence photos="7"/>', "6"),
        ('<coop_evidence><prompt>Go.</prompt>\n<question id="q"> </question></coop_evidence>', "line 2"),
        (
            """<coop_evidence photos="0" date="left_out" place="left_out" cooperative="left_out" participants="left_out">
            <prompt>Go.</prompt></coop_evidence>""",
            "Nothing is asked for",
        ),
    ],
)
def test_what_is_wrong_with_a_content_is_said(xml: str, words: str) -> None:
    with pytest.raises(ContentError, match=words):
        Host(xml)
