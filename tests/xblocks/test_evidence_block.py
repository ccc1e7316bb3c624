"""Evidence as trainees, trainers and strangers meet it: sent, asked again, corrected, accepted, taken back; and what would break it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import html
from memory_files import MemoryFiles
from memory_host import MemoryHost
from memory_records import JudgedHost
from pictures import JPEG, jpeg_with_place, png
from webob import Request

EVIDENCE = """<coop_evidence display_name="Two visits" pieces="2" photos="1">
  <prompt>Visit a cooperative, twice.</prompt>
  <question id="next">What did they decide?</question>
  <reason id="twice">This visit was sent already.</reason>
</coop_evidence>"""
TOLD = {
    "date": "2026-03-01",
    "place": "Douar Takmout",
    "cooperative": "Tamaynut",
    "w-18-35": "٧",
    "uncounted": "2",
    "q-next": "They count the till.",
}
AGREED = {"how": "spoken", "who": "All ten", "to": "Me", "when": "2026-03-01"}
PHOTO = ("register.jpg", jpeg_with_place())
PHOTO_TWO = ("till.png", png())


class Field(JudgedHost):
    """A host that lends files too, unless told otherwise."""

    def __init__(self, xml: str = EVIDENCE, *, files: bool = True, **how: Any) -> None:
        self.store: dict[str, Any] = {}
        self._lends_files = files
        super().__init__(xml, learners=("aicha", "binta"), judges=("trainer", "colleague"), **how)

    def runtime_of(self, learner: str, *, language: str | None = None) -> MemoryHost:
        runtime = super().runtime_of(learner, language=language)
        if self._lends_files:
            runtime._services["coop_files"] = MemoryFiles(self.store, me=learner)
        return runtime

    def call(self, handler: str, request: Request, by: str, **how: Any) -> tuple[int, dict[str, Any], list[Any]]:
        block = self.block(by, **how)
        response = block.handle(handler, request)
        block.save()
        return response.status_int, response.json, block.runtime.published

    def post(
        self, handler: str, answers: Mapping[str, str], *, by: str = "aicha", photo: Any = None, plain: bool = False, **how: Any
    ) -> tuple[int, dict[str, Any], list[Any]]:
        attempt = how.pop("attempt", "")
        fields: list[Any] = [("attempt", attempt), *((f"answer-{name}", text) for name, text in answers.items())]
        fields += [("photo-1", photo), ("photo-1-words", "The register")] if photo else []
        kind = "multipart/form-data" if photo else "application/x-www-form-urlencoded"
        accept = "text/html" if plain else "application/json"
        return self.call(handler, Request.blank("/", POST=fields, method="POST", content_type=kind, accept=accept), by, **how)

    def send(self, by: str = "aicha", **how: Any) -> tuple[int, dict[str, Any], list[Any]]:
        return self.post("send", {**TOLD, **AGREED, **how.pop("told", {})}, by=by, photo=how.pop("photo", PHOTO), **how)

    def decide(self, key: str, decision: str, *, by: str = "trainer", **more: Any) -> tuple[int, dict[str, Any], list[Any]]:
        version = str(self.records_of(by).get(key).version) if self._lends else str(self.kept(key)["version"])
        return self.post("decide", {"record": key, "version": version, "decision": decision, **more}, by=by)

    def pieces(self) -> list[str]:
        return list(self.rows) if self._lends else list(self.block("trainer").kept)

    def kept(self, key: str) -> dict[str, Any]:
        return self.rows[key] if self._lends else self.block("trainer").kept[key]

    def tree(self, by: str, view: str = "student_view", **context: Any) -> Any:
        block = self.block(by)
        return html.fromstring(block.runtime.render(block, view, {"plain_forms": True, **context}).content)


@pytest.fixture
def field() -> Field:
    return Field()


def told(published: list[Any]) -> dict[str, Any]:
    """Return what was published, by kind, of one person, who is named in each."""
    assert {data["user_id"] for _kind, data in published} <= {"aicha"}
    return dict(published)


@pytest.mark.parametrize("lent", [True, False], ids=["host", "fall-back"])
def test_a_piece_is_asked_again_corrected_and_accepted_and_the_grade_follows(lent: bool) -> None:  # noqa: FBT001
    field = Field(records=lent, files=lent)
    photo = {"photo": PHOTO if lent else None}
    assert field.send(**photo)[0] == 200
    [key] = field.pieces()
    assert (field.kept(key)["state"], field.kept(key)["learner"]) == ("waiting", "aicha")

    assert field.decide(key, "asked_again", words="Who decided it?")[0] == 200
    assert "Who decided it?" in field.page("aicha")
    assert field.send(told={"record": key, "q-next": "The treasurer, by Friday."}, photo=None)[0] == 200
    rounds = field.kept(key)["data"]["rounds"]
    assert [one["facts"]["answers"]["next"] for one in rounds] == ["They count the till.", "The treasurer, by Friday."]
    assert rounds[1]["facts"]["photos"] == rounds[0]["facts"]["photos"]  # what was there is sent again

    first = told(field.decide(key, "accepted")[2])
    assert (first["grade"]["value"], first["completion"]["completion"], first["coop.attained"]["value"]) == (0.5, 0.5, None)
    assert field.send(told={"place": "Imlil"}, **photo)[0] == 200
    second = next(one for one in field.pieces() if one != key)
    last = told(field.decide(second, "accepted")[2])
    assert (last["grade"]["value"], last["grade"]["max_value"], last["completion"]["completion"]) == (1, 1, 1)
    assert (last["coop.attained"]["kind"], last["coop.attained"]["value"]) == ("practical", 1)

    assert field.decide(second, "taken_back")[0] == 422
    back = told(field.decide(second, "taken_back", words="The same day was sent twice.")[2])
    assert (field.kept(second)["state"], back["grade"]["value"], back["coop.attained"]["value"]) == ("waiting", 0.5, None)
    assert told(field.decide(second, "refused", reason="twice")[2]) == back  # what the other piece is worth is told again
    assert "This visit was sent already." in field.page("aicha")


def test_a_plain_form_that_lacks_something_comes_back_with_all_that_was_given(field: Field) -> None:
    status, answer, _ = field.post("send", {**TOLD, "date": "31/02/2026", "w-18-35": "seven"}, photo=PHOTO, plain=True)
    assert (status, set(answer["errors"])) == (422, {"date", "w-18-35", "how"})
    form = field.tree("aicha").find(".//form[@data-coop-form='send']")
    assert {name: form.xpath(f"//*[@name='answer-{name}']/@value") for name in ("date", "place", "w-18-35")} == {
        "date": ["31/02/2026"], "place": ["Douar Takmout"], "w-18-35": ["seven"],
    }  # fmt: skip
    assert [one.text_content() for one in form.xpath(".//*[@data-result-for='w-18-35']")] == ["Write a whole number, such as 12."]
    [image] = form.xpath(".//figure/img")  # the photo is there, and is not chosen again
    assert image.get("alt") == "The register"
    assert field.rows == {}
    assert field.post("send", {**TOLD, **AGREED}, plain=True)[0] == 200
    [row] = field.rows.values()
    assert [one["words"] for one in row["data"]["rounds"][0]["facts"]["photos"]] == ["The register"]
    assert field.block("aicha").draft == {}
    assert field.post("send", TOLD, photo=PHOTO_TWO, plain=True)[0] == 422
    left_out = field.block("aicha").draft["photos"][0]["file"]
    assert field.post("send", {**TOLD, **AGREED, "leave": left_out}, photo=("other.jpg", jpeg_with_place()))[0] == 200
    assert left_out not in field.store


def test_a_form_sent_twice_is_one_piece_and_more_than_enough_is_refused(field: Field) -> None:
    assert [field.send(attempt="a")[1]["code"] for _ in range(2)] == ["sent", "replayed"]
    assert len(field.rows) == 1
    codes = [field.send(attempt=str(number), told={"place": str(number)})[1]["code"] for number in range(5)]
    assert codes == ["sent"] * 4 + ["enough"]  # three more than the two that are asked for: they may come from a phone
    assert field.send(closed=True)[1]["code"] == "closed"


def test_photos_lose_their_place_unless_it_is_wished_and_can_be_withdrawn(field: Field) -> None:
    field.send()
    [(key, row)] = field.rows.items()
    [photo] = row["data"]["rounds"][0]["facts"]["photos"]
    assert "position" not in photo
    field.decide(key, "accepted")
    assert field.post("withdraw", {"record": key, "photo": photo["file"]}, by="binta")[0] == 404
    assert field.post("withdraw", {"record": key, "photo": photo["file"]}, closed=True)[0] == 200
    assert (field.store, field.rows[key]["state"]) == ({}, "done")
    assert "register" not in json.dumps(field.rows[key]["data"])
    assert "withdrawn by the trainee" in field.tree("trainer", "judge_view", record=key).text_content()
    assert field.post("withdraw", {"record": key, "photo": photo["file"]})[1]["code"] == "withdrawn"


def test_what_is_no_photo_is_refused_in_words_and_loses_nothing(field: Field) -> None:
    status, answer, _ = field.send(photo=("x.jpg", b"<html>"), plain=True)
    assert (status, answer["code"], list(answer["errors"])) == (422, "file_refused", ["photo-1"])
    assert field.tree("aicha").xpath("//*[@name='answer-place']/@value") == ["Douar Takmout"]


# --- from a phone that was without network ---


def entry(field: Field, *, by: str = "aicha", number: int = 1, **told_more: str) -> dict[str, Any]:
    data = {f"answer-{name}": text for name, text in {**TOLD, **AGREED, **told_more}.items()}
    return {
        "id": str(uuid.UUID(int=number)), "device": str(uuid.UUID(int=99)), "seq": number, "person": field.block(by).person_mark,
        "made_at": "2029-03-01T10:00:00+00:00", "schema": 1, "kind": "evidence", "data": data,
        "photos": [{"field": "photo-1", "size": len(JPEG)}],
    }  # fmt: skip


def replay(field: Field, sent: dict[str, Any], *, by: str = "aicha") -> tuple[int, dict[str, Any], list[Any]]:
    fields = [("entry", json.dumps(sent)), ("photo-1", ("p.jpg", JPEG))]
    return field.call("replay", Request.blank("/", POST=fields, method="POST", content_type="multipart/form-data"), by)


def test_what_waited_on_a_phone_is_taken_once_and_corrects_what_was_asked_again(field: Field) -> None:
    first = entry(field)
    assert [replay(field, first)[1]["code"] for _ in range(2)] == ["stored", "replayed"]
    assert replay(field, {**first, "data": {**first["data"], "answer-place": "Elsewhere"}})[1]["code"] == "conflict"
    assert replay(field, first, by="binta")[1]["code"] == "other_person"
    [key] = field.rows
    field.decide(key, "asked_again", words="Who?")
    again = entry(field, number=2, record=key, place="Imlil")
    assert [replay(field, again)[1]["code"] for _ in range(2)] == ["stored", "replayed"]
    assert len(field.rows[key]["data"]["rounds"]) == 2
    late = entry(field, number=3, record=key, place="Too late")
    assert replay(field, late)[1]["reason"] == "not_returned"
    assert replay(field, entry(field, number=4, how=""))[1]["errors"] == {"how": "This is needed."}
    assert list(field.rows) == [key]


# --- who may, and who may not ---


def test_nobody_decides_on_their_own_work_or_on_what_is_not_theirs_to_judge(field: Field) -> None:
    field.send("binta")
    field.send("trainer")
    hers, own = field.rows
    assert field.decide(own, "accepted")[:2][1]["code"] == "own"
    for by in ("aicha", "binta"):
        assert field.decide(hers, "accepted", by=by)[0] in (403, 404)
    forged = {"learner": "aicha", "state": "done", "user_id": "aicha", "judge": "aicha", "record": hers}
    assert field.post("send", {**TOLD, **AGREED, **forged}, photo=PHOTO)[0] == 404
    assert field.send(told={"learner": "binta", "state": "done", "key": "x"})[0] == 200
    assert [(row["state"], row["learner"]) for row in field.rows.values()] == [
        ("waiting", "binta"), ("waiting", "trainer"), ("waiting", "aicha"),
    ]  # fmt: skip
    for decision in ("done", "waiting", ""):
        assert field.decide(hers, decision)[0] == 400
    for view in ("judge_view", "print_view"):
        for by in ("aicha", "binta"):
            page = field.tree(by, view, record=hers).text_content()
            assert "Takmout" not in page


def test_files_named_in_a_body_are_those_of_the_piece_alone(field: Field) -> None:
    field.send("binta", photo=("b.png", png()))
    file = next(iter(field.store))
    field.send(told={"leave": file, "photos": file, "file": file, "photo-1": file})
    assert [one["file"] for one in list(field.rows.values())[1]["data"]["rounds"][0]["facts"]["photos"]] != [file]
    assert field.tree("aicha").xpath(f"//img[contains(@src, '{file}')]") == []


def test_two_trainers_do_not_overrule_each_other_unseen(field: Field) -> None:
    field.send()
    [key] = field.rows
    seen = str(field.rows[key]["version"])
    assert field.decide(key, "accepted", by="colleague")[0] == 200
    late = {"record": key, "version": seen, "decision": "refused", "words": "No."}
    assert field.post("decide", late, by="trainer")[1]["code"] == "changed"
    assert field.post("decide", {**late, "decision": "accepted", "words": ""}, by="colleague")[1]["code"] == "replayed"
    assert field.rows[key]["state"] == "done"


def test_decisions_need_the_words_that_a_trainee_needs(field: Field) -> None:
    field.send()
    [key] = field.rows
    for decision, code in (("asked_again", "words_needed"), ("refused", "reason_needed")):
        status, answer, published = field.decide(key, decision, reason="forged", words=" ")
        assert (status, answer["code"], published) == (422, code, [])
        [place] = answer["errors_html"]
        assert place in field.tree("trainer", "judge_view", record=key).xpath("//@data-result-for")
    assert field.rows[key]["state"] == "waiting"


# --- what trainers see ---


class Counting:
    """Counts what is asked of the records."""

    def __init__(self, records: Any) -> None:
        self.records, self.asked = records, 0

    def __getattr__(self, name: str) -> Any:
        self.asked += name in {"get", "list", "people", "counts", "groups", "may_judge"}
        return getattr(self.records, name)


def test_everybody_is_counted_again_after_more_pieces_are_asked_for_and_the_trainers_unit_reads_no_accepted_piece() -> None:
    field, asked = Field(EVIDENCE.replace('pieces="2"', 'pieces="1"')), []
    for count, by in enumerate(("aicha", "binta", "chipo"), 1):
        field.send(by)
        last = field.decide(list(field.rows)[-1], "accepted")[2]
        assert dict(last)["coop.attained"]["value"] == 1
        block = field.block("trainer")
        block.runtime.work_url = lambda _block, view, _query: f"/views/{view}"
        block.runtime._services["coop_records"] = counting = Counting(field.records_of("trainer"))
        unit = html.fromstring(block.runtime.render(block, "student_view", {"plain_forms": True}).content)
        assert unit.xpath("//a/@href").count("/views/print_view") == 1
        assert unit.find_class("evidence__reached") == []
        block.structure = {**block.structure, "pieces": 1 + count}
        block.save()
        counting.asked = 0
        block.runtime.published.clear()
        answer = block.handle("recount", Request.blank("/", POST={"attempt": ""}, accept="text/html"))
        told_again = [(data["user_id"], data["value"]) for kind, data in block.runtime.published if kind == "grade"]
        assert told_again == [(one, 1 / (1 + count)) for one in ("aicha", "binta", "chipo")[:count]]
        assert [data["value"] for kind, data in block.runtime.published if kind == "coop.attained"] == [None] * count
        asked.append(counting.asked - count)  # a host looks up once whom whoever acts may judge
        block.structure = {**block.structure, "pieces": 1}
        block.save()
    assert asked[0] == asked[1] == asked[2]
    assert answer.status_int == 200
    assert field.post("recount", {}, by="aicha")[::2] == (403, [])


@pytest.mark.parametrize(("by", "view"), [("aicha", "student_view"), ("trainer", "student_view"), ("trainer", "print_view")])
def test_pages_ask_the_records_as_often_for_three_pieces_as_for_one(by: str, view: str) -> None:
    field, asked = Field(EVIDENCE.replace('pieces="2"', 'pieces="9"')), []
    for count in (1, 3):
        for number in range(2 * (count - len(field.rows) // 2)):
            assert field.send(told={"place": f"{count}-{number}"})[0] == 200
            if number % 2:
                field.decide(list(field.rows)[-1], "accepted", by="colleague")
        block = field.block(by)
        block.runtime.work_url = lambda _block, view, query: f"/views/{view}/{query.get('record')}"
        block.runtime._services["coop_records"] = counting = Counting(field.records_of(by))
        block.runtime.render(block, view, {})
        asked.append(counting.asked)
    assert asked[0] == asked[1] > 0


def test_a_trainer_sees_what_waits_whom_it_reached_and_a_table_without_photos(field: Field) -> None:
    field.send(told={"cooperative": "=HYPERLINK(1)"})
    [key] = field.rows
    waiting = field.tree("trainer").text_content()
    assert "1 piece waits for you" in waiting
    assert "Aicha" in waiting
    field.decide(key, "accepted")
    page = field.tree("trainer", "print_view")
    assert page.find_class("evidence__reached")[0].text_content().split() == ["9", "1", "piece", "accepted"]
    [address] = page.xpath("//a[@download]/@href")
    assert "%27%3DHYPERLINK" in address
    assert next(iter(field.store)) not in address


def test_words_of_people_are_never_markup(field: Field) -> None:
    bad = "<img src=x onerror=alert(1)>\u202e"
    field.send(told={"place": bad, "cooperative": bad, "q-next": bad, "who": bad})
    [key] = field.rows
    field.decide(key, "asked_again", words=bad)
    for by, view in (("aicha", "student_view"), ("aicha", "field_view"), ("trainer", "judge_view"), ("trainer", "student_view")):
        tree = field.tree(by, view, record=key)
        assert tree.xpath("//@onerror") == []
        assert "\u202e" not in html.tostring(tree, encoding="unicode")
    field.decide(key, "accepted")


def test_the_fall_back_says_so_to_staff_takes_no_photos_and_ends_at_sixty() -> None:
    field = Field(records=False, files=False)
    for number in range(61):
        status, answer, _ = field.send(f"learner{number}", photo=None)
        assert (status, answer["code"]) == ((200, "sent") if number < 60 else (409, "full"))
    assert "up to 60 learners" in field.page("trainer")
    assert field.tree("learner0").xpath("//input[@type='file']") == []


def test_an_author_begins_with_a_ready_portfolio_and_loses_nothing_that_is_written() -> None:
    host = Field("<coop_evidence/>")

    def begin(which: str) -> str:
        body = json.dumps({"preset": which}).encode()
        return str(host.call("studio_preset", Request.blank("/", method="POST", body=body), "author")[1]["code"])

    assert [begin("xx"), begin("fr"), begin("ar")] == ["not_there", "saved", "begun"]
    block = host.block()
    assert (block.structure["pieces"], len(block.structure["questions"])) == (3, 5)
    assert block.display_name.startswith("Portfolio de terrain")
