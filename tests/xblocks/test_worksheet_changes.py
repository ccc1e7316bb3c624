"""An author changes a worksheet while learners are at it: every page still shows itself, and what is marked is what was on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from memory_host import Host
from worksheet_scenarios import content_of, handle, right, submit, xml_of

from takwin_xblocks.worksheet.checks import check

PERSONAL = xml_of("cash-plan")
SAME = PERSONAL.replace('draws="learner"', 'draws="none"')
Structure = dict[str, Any]
Change = Callable[[Structure], None]


def change(host: Host, act: Change, texts: dict[str, str] | None = None, **settings: str) -> None:
    """Change a worksheet as its author does; what they may not write is not tried here."""
    block = host.block("author")
    structure = deepcopy(block.structure)
    act(structure)
    block.structure, block.texts = structure, {**block.texts, **(texts or {})}
    assert check(block.structure, block.texts) == []
    for name, value in settings.items():
        setattr(block, name, value)
    block.save()


def one(structure: Structure, key: str, name: str) -> Structure:
    return next(part for part in structure[key] if part["id"] == name)


def without(structure: Structure, key: str, *names: str) -> None:
    structure[key] = [part for part in structure[key] if part["id"] not in names]


def other_values(structure: Structure) -> None:
    one(structure, "rows", "fixed")["values"] = "3500 3500 3500 3500 3500 3500"


def row_removed(structure: Structure) -> None:
    without(structure, "rows", "gap", "gap_month")
    structure["requires"] = []


def column_removed(structure: Structure) -> None:
    without(structure, "columns", "dec")
    for row in structure["rows"]:
        if row.get("values"):
            row["values"] = " ".join(row["values"].split()[:5])
    written = json.dumps(structure).replace(".dec", ".nov")
    structure.clear()
    structure.update(json.loads(written))


def ids_changed(structure: Structure) -> None:
    written = re.sub(r"\breceipts\b", "coming", json.dumps(structure))
    structure.clear()
    structure.update(json.loads(written))


def figure_removed(structure: Structure) -> None:
    without(structure, "figures", "opening_balance")
    written = json.dumps(structure).replace("opening_balance", "12000")
    structure.clear()
    structure.update(json.loads(written))


def figure_added(structure: Structure) -> None:
    structure["figures"].append({"id": "cushion", "usual": "3000"})


def kept_numbers_without_result(structure: Structure) -> None:
    """Divide by zero, but for the usual value and one that nobody drew."""
    figure = one(structure, "figures", "opening_balance")
    figure.update({"usual": "1", "values": "1 2", "formula": ""})
    for name in ("from", "to", "step", "formula"):
        figure.pop(name, None)
    row = one(structure, "rows", "gap")
    structure["requires"] = []
    row["formula"] = "if(opening_balance < 3, 7, 1 / 0)"


def answers_changed(structure: Structure) -> None:
    one(structure, "rows", "gap_month")["answer"] = "number"
    one(structure, "rows", "receipts")["kind"] = "computed"


def sets_added(structure: Structure) -> None:
    structure["sets"] = [{"id": "small", "changes": [{"figure": "opening_balance", "usual": "6000"}], "words": []}]


def set_renamed(structure: Structure) -> None:
    written = json.dumps(structure).replace('"shea"', '"butter"')
    structure.clear()
    structure.update(json.loads(written))


CHANGES = (
    other_values,
    row_removed,
    column_removed,
    ids_changed,
    figure_removed,
    figure_added,
    kept_numbers_without_result,
    answers_changed,
    sets_added,
)
NAMES = {"coming/name": "In", "small/name": "Small", "lesson": ""}
each_change = pytest.mark.parametrize("act", CHANGES, ids=lambda act: act.__name__)
each_draw = pytest.mark.parametrize("xml", [PERSONAL, SAME], ids=["personal", "same"])


def learners(host: Host) -> list[str]:
    """Bring learners to every stage: nothing done, saved, refused, marked once, asked for new numbers, all attempts used."""
    handle(host, "keep", {"answers": {"closing.jul": "-4000"}}, learner="saved")
    submit(host, {"receipts.jul": ["many"]}, learner="refused")
    for learner in ("marked", "renewed", "used_up"):
        submit(host, {"receipts.jul": ["1"], "gap.jul": ["5"]}, learner=learner)
    handle(host, "again", learner="renewed")
    for _attempt in range(2):
        handle(host, "again", learner="used_up")
        submit(host, {"receipts.jul": ["1"]}, learner="used_up")
    return ["newcomer", "saved", "refused", "marked", "renewed", "used_up"]


@each_draw
@each_change
def test_every_page_shows_itself_and_every_handler_answers(act: Change, xml: str) -> None:
    host = Host(xml)
    names = learners(host)
    change(host, act, NAMES)
    for learner in names:
        for closed in (False, True):
            assert "coop-worksheet__table" in host.page(learner, closed=closed)
        block = host.block(learner)
        assert "coop-worksheet__author" in str(block.runtime.render(block, "author_view", {}).content)
        json.dumps(block.student_view_data())
        codes = {handle(host, handler, learner=learner).status_code for handler in ("keep", "submit", "again")}
        assert codes <= {200, 409, 422}
        assert "coop-worksheet__table" in host.page(learner)


@each_change
def test_the_score_stays_and_another_attempt_can_earn_everything(act: Change) -> None:
    host = Host(SAME)
    submit(host, {"receipts.jul": ["1"]})
    before = host.block().best
    change(host, act, NAMES)
    assert host.block().best == before
    told = submit(host).json
    assert (told["code"], told["earned"]) == ("marked", told["possible"])


def test_an_example_set_that_goes_away_shows_the_first() -> None:
    host = Host(xml_of("costing").replace("<coop_worksheet", '<coop_worksheet example_set="shea"', 1))
    submit(host, {next(iter(right(host.block()))): ["1"]})
    words = {key.replace("shea/", "butter/"): text for key, text in host.block().texts.items()}
    change(host, set_renamed, words)
    assert "argan" in host.page()
    assert "argan" in host.page("newcomer")
    block = host.block()
    page = str(block.runtime.render(block, "author_view", {}).content)
    assert "There is no example set &quot;shea&quot;: the first one is shown." in page.replace('"shea"', "&quot;shea&quot;")
    assert submit(host).json["code"] == "marked"


# --- what is marked is what was on the page ---


def page_name(host: Host) -> str:
    found = re.search(r'name="numbers" value="(\w+)"', host.page())
    assert found is not None
    return found[1]


@each_draw
def test_a_table_that_changed_under_the_learners_hands_is_not_marked_and_nothing_typed_is_lost(xml: str) -> None:
    host = Host(xml)
    answers = right(host.block())
    payload = {"answers": answers, "fields": {"numbers": page_name(host)}}
    change(host, other_values)
    refused = handle(host, "submit", payload)
    assert (refused.status_code, refused.json["code"]) == (409, "other_numbers")
    assert refused.json["message"].startswith("The table has changed since. What you wrote is kept")
    assert (host.block().attempts, host.block().marks, host.block().draft) == (0, {}, answers)
    page = host.page()
    assert "What you wrote is kept. Nothing is marked yet." in page
    assert f'value="{answers["receipts.jul"][0]}"' in page
    payload["fields"]["numbers"] = page_name(host)
    assert handle(host, "submit", payload).json["code"] == "marked"


def test_what_is_saved_for_later_is_saved_whatever_changed() -> None:
    host = Host(SAME)
    payload = {"answers": {"closing.jul": "-4000"}, "fields": {"numbers": page_name(host), "save": "1"}}
    change(host, other_values)
    assert handle(host, "submit", payload).json["code"] == "saved"


@pytest.mark.parametrize(
    ("act", "is_same"),
    [
        (other_values, False),
        (ids_changed, False),
        (answers_changed, False),
        (figure_added, False),
        (lambda structure: one(structure, "rows", "closing").update(points=5, tolerance="1%"), True),
        (lambda structure: one(structure, "rows", "receipts").update(formula="cash_sales + customers + grant"), True),
    ],
)
def test_what_counts_is_what_the_page_gives(act: Change, *, is_same: bool) -> None:
    host = Host(SAME)
    before = page_name(host)
    change(host, act, NAMES)
    assert (page_name(host) == before) is is_same


def test_marks_of_a_table_that_changed_are_not_shown_beside_the_new_one() -> None:
    host = Host(SAME)
    submit(host, {"receipts.jul": ["1"]})
    assert host.page().count('data-state="incorrect"') == 1
    change(host, other_values)
    page = host.page()
    assert "data-state" not in page
    assert "Your result: 29 of 30. The table has changed since this was marked." in page
    assert re.search(r'<input[^>]*value="1"[^>]*name="answer-receipts.jul"', page)
    assert submit(host).json["message"] == "Your result: 30 of 30."
    assert "The table has changed" not in host.page()


# --- settings of the form ---


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({"example_set": "nowhere"}, [("settings.example_set", 'There is no example set "nowhere": the first one is shown.')]),
        (
            {"draws": "code", "code": "ABC"},
            [("settings.code", "This is no code of numbers: eight letters and digits, as under a learner's table.")],
        ),
        ({"example_set": "shea"}, []),
        ({"draws": "code", "code": "abcd-efgh"}, []),
    ],
)
def test_settings_that_name_nothing_are_told_to_the_author(settings: dict[str, str], faults: list[tuple[str, str]]) -> None:
    block = Host(xml_of("costing")).block()
    found = block.check_settings(settings, content_of(xml_of("costing")).structure)
    assert [(fault.path, fault.said()) for fault in found] == faults


def test_the_authors_form_keeps_no_example_set_that_is_not_there() -> None:
    host = Host("<coop_worksheet/>")
    content = {
        "fields": {},
        "texts": {},
        "lists": {"columns": [{"id": "a", "texts": {"name": "A"}}], "rows": [{"id": "r", "texts": {"name": "R"}}]},
    }
    payload = {"settings": {"example_set": "nowhere", "display_name": "X"}, "content": content}
    refused = handle(host, "studio_submit", payload)
    assert (refused.status_code, [fault["path"] for fault in refused.json["faults"]]) == (422, ["settings.example_set"])
    assert host.block().example_set == ""
    payload["settings"]["example_set"] = ""
    assert handle(host, "studio_submit", payload).status_code == 200
