"""What is judged stays right when people change their minds, and authors their blocks, after work began."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from memory_host import Host
from memory_records import HostRecords, JudgedHost
from webob import Request

from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.people import roll_of
from takwin_xblocks.attendance.register import Register
from takwin_xblocks.contract.records import Person


def rubric(attributes: str = "", highest: int = 4) -> str:
    levels = "".join(f'<level when="{number}">as {number}</level>' for number in range(1, highest + 1))
    criteria = f'<criterion id="aim" weight="50">Aim{levels}</criterion><criterion id="way" weight="50">Way{levels}</criterion>'
    return f'<coop_rubric display_name="Plan" levels="{highest}" {attributes}><prompt>Write.</prompt>{criteria}</coop_rubric>'


def send(host: Host, who: str, handler: str, **fields: str) -> tuple[int, Any, list[tuple[str, dict[str, Any]]]]:
    block = host.block(who)
    response = block.handle(handler, Request.blank("/", POST=list(fields.items()), accept="application/json"))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def handed_in(attributes: str = "", highest: int = 4) -> JudgedHost:
    host = JudgedHost(rubric(attributes, highest), learners=("aicha",), judges=("trainer", "second", "third"))
    assert send(host, "aicha", "hand_in", act="hand_in", **{"answer-text": "My plan"})[0] == 200
    return host


def judge(host: Host, who: str, *levels: int, seen: str, reason: str = "", criteria: tuple[str, ...] = ("aim", "way")) -> Any:
    marked = {f"answer-level-{one}": str(level) for one, level in zip(criteria, levels, strict=True)}
    more = {"answer-overall": "Well begun.", "answer-reason": reason}
    return send(host, who, "judge", record="work/aicha", seen=seen, **marked, **more)


def values(published: list[tuple[str, dict[str, Any]]], kind: str) -> list[Any]:
    return [data["value"] for name, data in published if name == kind]


def test_whoever_judged_by_a_rubric_that_was_changed_since_judges_again():
    """Two trainers of two: with a criterion more neither first judgement counts, and no third trainer is there to ask."""
    host = handed_in('trainers="2"')
    judge(host, "trainer", 3, 3, seen="1.0.")
    block = host.block("author")
    block.structure = {**block.structure, "criteria": [{"id": "aim", "weight": 50}, {"id": "new", "weight": 50}]}
    block.save()

    again = judge(host, "trainer", 3, 3, seen="1.1.", criteria=("aim", "new"))
    ended = judge(host, "second", 4, 3, seen="1.1.", criteria=("aim", "new"))

    assert (again[0], again[1]["code"]) == (200, "second")
    assert ended[1]["code"] == "judged"
    assert values(ended[2], "coop.attained") == [3.25]


def test_a_trainer_returns_to_what_they_said_first_and_needs_a_reason_for_it():
    host = handed_in()
    judge(host, "trainer", 4, 4, seen="1.0.")
    judge(host, "trainer", 2, 2, seen="1.1.", reason="A file was empty.")
    version = host.rows["work/aicha"]["version"]

    assert judge(host, "trainer", 4, 4, seen=f"1.1.{version}")[0] == 422  # not "judged", with nothing done
    _status, answer, published = judge(host, "trainer", 4, 4, seen=f"1.1.{version}", reason="The file is there.")
    assert (answer["code"], values(published, "coop.attained")) == ("judged", [4.0])
    assert judge(host, "trainer", 4, 4, seen="1.0.")[2] == []  # the first sending of a phone that lost the answer


@pytest.mark.parametrize(("highest", "levels", "told"), [(4, [3, 3], 3.0), (6, [6, 5], 4)])
def test_a_level_is_told_as_rules_ask_for_it(highest: int, levels: list[int], told: float):
    """Rules ask for levels 1 to 4: what lies above on a longer scale is the fourth, and not nothing."""
    _status, _answer, published = judge(handed_in(highest=highest), "trainer", *levels, seen="1.0.")
    assert values(published, "coop.attained") == [told]


def test_just_below_a_level_is_below_it():
    """2.995 of 4 is not level 3, whatever a page with two decimals shows."""
    host = JudgedHost(
        rubric('trainers="2" again="false"')
        .replace('id="aim" weight="50"', 'id="aim" weight="99"')
        .replace('id="way" weight="50"', 'id="way" weight="1"'),
        learners=("aicha",),
        judges=("trainer", "second"),
    )
    send(host, "aicha", "hand_in", act="hand_in", **{"answer-text": "My plan"})
    judge(host, "trainer", 3, 3, seen="1.0.")
    _status, _answer, published = judge(host, "second", 3, 2, seen="1.1.")
    assert values(published, "coop.attained") == [pytest.approx(2.995, abs=1e-9)]


# --- attendance ---

SESSION = """<coop_attendance display_name="Two days">
  <halfday id="h1" date="2026-03-02" starts="09:00" hours="3.5"/>
  <halfday id="h2" date="2026-03-02" starts="14:00" hours="2.5"/>
</coop_attendance>"""


def test_who_was_only_at_a_half_day_that_is_no_more_is_counted_again_too():
    host = JudgedHost(SESSION, learners=("aicha", "fatou"))
    send(host, "trainer", "check_in", slot="h1", learner="aicha")
    send(host, "trainer", "check_in", slot="h2", learner="fatou")
    block = host.block("author")
    block.structure = {"halfdays": block.structure["halfdays"][:1]}
    block.save()

    _status, _answer, published = send(host, "trainer", "recount")

    told = {data["user_id"]: data["value"] for name, data in published if name == "coop.attained"}
    assert told == {"aicha": 3.5, "fatou": None}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_of_people_of_one_name_none_is_lost_where_a_page_ends(limit: int):
    people = {number: Person(id=number, name=name) for number, name in enumerate(["Amina", "Fatima", "Fatima", "Zahra"], start=1)}
    half = HalfDay(id="h1", date="", starts="", hours=3)

    class Pages(HostRecords):
        """Ends no page between two people of one name, as a host's records do."""

        def people(self, ids=None, *, group="", search="", limit=50, after=""):
            found = list(super().people(ids, group=group, search=search, limit=1_000, after=after).values())
            end = limit
            while 0 < end < len(found) and found[end].name == found[end - 1].name:
                end += 1
            return {one.id: one for one in found[:end]}

    records = Pages({}, me="trainer", is_judge=True, people=people, most_learners=None)
    seen, after = [], ""
    while True:
        roll = roll_of(records, Register(records, (half,)), (half,), limit=limit, after=after)
        seen += list(roll.people)
        if not (after := roll.after):
            break
    assert seen == [1, 2, 3, 4]


# --- observation ---


def test_a_weight_with_many_decimals_is_no_score_beyond_the_most():
    items = "".join(f'<item id="i{number}">Item {number}</item>' for number in range(1, 4))
    host = JudgedHost(f'<coop_observation weight="0.3335"><prompt>Do.</prompt>{items}</coop_observation>', learners=("aicha",))
    send(
        host,
        "trainer",
        "observe",
        **{"answer-trainee": "aicha", "answer-sheet": "s"},
        **{f"answer-level-i{n}": "2" for n in (1, 2, 3)},
    )

    _status, _answer, published = send(host, "trainer", "publish_result", **{"answer-trainee": "aicha"})

    (grade,) = [data for name, data in published if name == "grade"]
    assert grade["value"] == pytest.approx(grade["max_value"])
    assert grade["value"] <= grade["max_value"]


# --- a trainer of one cohort who learns in another ---


def test_a_trainer_who_learns_here_too_has_a_card_and_a_form_of_their_own():
    pages = {"work_url": lambda _block, view, _query: f"/{view}"}
    session = JudgedHost(SESSION, learners=("aicha", "musa"), judges=("trainer", "musa"))
    field = JudgedHost(
        "<coop_evidence><prompt>Visit.</prompt></coop_evidence>", learners=("aicha", "musa"), judges=("trainer", "musa")
    )

    def shown(host: JudgedHost, who: str, view: str) -> str:
        block = host.block(who)
        vars(block.runtime).update(pages)
        return str(block.runtime.render(block, view, {}).content)

    code = session.people["musa"].code.replace("-", "")
    assert code in shown(session, "musa", "student_view").replace("-", "").replace(" ", "")
    assert "Your card" not in shown(session, "trainer", "student_view")
    assert "Add evidence" in shown(field, "musa", "student_view")
    assert "Add evidence" not in shown(field, "trainer", "student_view")
    assert "answer-place" in shown(field, "musa", "field_view")
    assert "answer-place" not in shown(field, "trainer", "field_view")


# --- a new phone ---


@pytest.mark.parametrize("who", ["trainer", "fatou"])
def test_a_new_phone_that_counts_from_one_again_is_not_older_than_the_one_that_was_lost(who: str):
    """A trainee who failed in March is observed again in May: what the new phone sends stands."""
    items = "".join(f'<item id="i{number}">Item {number}</item>' for number in range(1, 4))
    host = JudgedHost(f"<coop_observation><prompt>Do.</prompt>{items}</coop_observation>", learners=("aicha", "fatou"))
    whom = {"answer-trainee": "aicha"} if who == "trainer" else {"answer-code": host.people["aicha"].code}

    def entry(device: int, seq: int, level: str) -> None:
        block = host.block(who)
        told = {
            "id": str(uuid.UUID(int=10 * device + seq)),
            "device": str(uuid.UUID(int=device)),
            "seq": seq,
            "person": block.person_mark,
            "made_at": "2023-01-01T10:00:00Z",
            "schema": 1,
            "kind": "observation",
            "data": {**whom, **{f"answer-level-i{number}": level for number in (1, 2, 3)}},
        }
        request = Request.blank("/", method="POST", body=json.dumps(told).encode(), content_type="application/json")
        assert json.loads(block.handle("replay", request).body)["code"] == "stored"

    entry(1, 7, "0")
    entry(2, 1, "2")
    entry(1, 6, "1")  # what the old phone had still kept comes late, and changes nothing

    if who != "trainer":
        (waits,) = [key for key, row in host.rows.items() if row["state"] == "waiting"]
        send(host, "trainer", "count", **{"answer-trainee": "aicha", "answer-sheet": waits})
    _status, _answer, published = send(host, "trainer", "publish_result", **{"answer-trainee": "aicha"})
    assert [data["value"] for name, data in published if name == "grade"] == [6.0]


def test_an_overview_tells_what_was_published_however_long_ago(monkeypatch):
    monkeypatch.setattr("takwin_xblocks.observation.pages.MOST_LISTED", 2)  # six records are looked through
    items = "".join(f'<item id="i{number}">Item {number}</item>' for number in range(1, 4))
    host = JudgedHost(f"<coop_observation><prompt>Do.</prompt>{items}</coop_observation>", learners=("aicha", "fatou"))
    marks = {f"answer-level-i{number}": "2" for number in (1, 2, 3)}
    for sheet in range(9):
        send(host, "trainer", "observe", **{"answer-trainee": "aicha", "answer-sheet": str(sheet)}, **marks)
        if not sheet:
            send(host, "trainer", "publish_result", **{"answer-trainee": "aicha"})
    assert "Level 4" in host.page("trainer")


def test_where_no_second_trainer_is_found_after_all_the_first_one_ends_it():
    """An author who asked for two and finds one sets it to one: that trainer must not wait for nobody."""
    host = handed_in('trainers="2"')
    judge(host, "trainer", 3, 3, seen="1.0.")
    assert judge(host, "trainer", 4, 4, seen="1.1.")[1]["code"] == "judged_by_you"
    block = host.block("author")
    block.structure = {**block.structure, "trainers": "1"}
    block.save()

    desk = host.block("trainer")
    assert "answer-level-aim" in str(desk.runtime.render(desk, "judge_view", {"record": "work/aicha"}).content)
    _status, answer, published = judge(host, "trainer", 3, 3, seen="1.1.")
    assert (answer["code"], values(published, "coop.attained")) == ("judged", [3.0])


@pytest.mark.parametrize("basis", ["mean", "first"])
def test_what_was_decided_between_two_sheets_decides_nothing_of_a_third(basis: str):
    """A reason was written for what was seen then: a third observer is not overruled unheard."""
    items = "".join(f'<item id="i{number}">Item {number}</item>' for number in range(1, 13))
    host = JudgedHost(
        f"<coop_observation><prompt>Do.</prompt>{items}</coop_observation>",
        learners=("aicha",),
        judges=("trainer", "second", "third"),
    )

    def observe(who: str, levels: str) -> list[Any]:
        marks = {f"answer-level-i{number}": level for number, level in enumerate(levels, start=1)}
        return send(host, who, "observe", **{"answer-trainee": "aicha", "answer-sheet": who}, **marks)[2]

    def act(handler: str, **fields: str) -> tuple[int, Any, list[Any]]:
        return send(host, "trainer", handler, **{"answer-trainee": "aicha"}, **fields)

    observe("trainer", "2" * 12)
    observe("second", "1" * 12)
    (first,) = [key for key, row in host.rows.items() if row["author"] == "trainer"]
    sheet = first if basis == "first" else "mean"
    assert act("decide", **{"answer-basis": sheet, "answer-reason": "We looked at it together."})[0] == 200
    assert values(act("publish_result")[2], "grade") == [24.0 if basis == "first" else 18.0]

    assert observe("third", "0" * 12) == []  # the earlier result stays
    assert act("publish_result")[1]["code"] == "decision_needed"
    assert act("decide", **{"answer-basis": sheet, "answer-reason": "The third came in late."})[0] == 200
    assert values(act("publish_result")[2], "grade") == [24.0 if basis == "first" else 12.0]
