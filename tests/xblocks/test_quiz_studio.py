"""A trainer writes a quiz in its form, or pastes a problem of Open edX into it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lxml import html
from memory_host import EVERY_KIND, QUIZ, Host
from webob import Request, Response

from takwin_xblocks.quiz.capa_reading import from_capa


def posted(block: Any, handler: str, sent: object) -> Response:
    body = json.dumps(sent).encode()
    return block.handle(handler, Request.blank("/", method="POST", body=body, content_type="application/json"))


def fields_of(part: Any) -> dict[str, Any]:
    """Read a part of the form as its script does, in a page where every field that applies is shown."""
    kind = part.xpath("string(.//select[@data-field='kind'][1]/option[@selected]/@value)")

    def own(path: str) -> list[Any]:
        return [one for one in part.xpath(path) if one.xpath("ancestor::*[@data-part][1]")[0] is part and shown(one)]

    def shown(one: Any) -> bool:
        conditions = [each for each in one.xpath("ancestor-or-self::*[@data-when]") if part in each.iterancestors()]
        return all(kind in each.get("data-when-values").split() for each in conditions)

    sent: dict[str, Any] = {
        "fields": {one.get("data-field"): value_of(one) for one in own(".//*[@data-field]")},
        "texts": {one.get("data-text"): (one.text or "").removeprefix("\n") for one in own(".//*[@data-text]")},
        "lists": {one.get("data-list"): [fields_of(item) for item in one.xpath("./ol/li")] for one in own(".//*[@data-list]")},
    }
    identity = own(".//*[@data-id]")
    return {**sent, "id": identity[0].get("value")} if identity else sent


def value_of(control: Any) -> str | bool:
    if control.tag == "select":
        return str(control.xpath("string(./option[@selected]/@value)"))
    if control.get("type") == "checkbox":
        return "checked" in control.attrib
    return control.get("value") or ""


def form_of(page: str) -> dict[str, Any]:
    tree = html.fragment_fromstring(page, create_parent="div")
    for template in tree.xpath(".//template"):
        template.getparent().remove(template)
    settings = {
        one.get("data-setting"): str(value_of(one)).lower() if one.get("type") == "checkbox" else str(value_of(one))
        for one in tree.xpath(".//*[@data-setting]")
    }
    (content,) = tree.find_class("coop-studio__content")
    return {"settings": settings, "content": fields_of(content)}


@pytest.mark.parametrize("xml", [QUIZ, EVERY_KIND])
def test_saving_the_form_as_it_is_changes_nothing_that_counts(xml: str) -> None:
    host = Host(xml)
    before = host.block()
    structure, texts = before.structure, before.texts
    answer = posted(before, "studio_submit", form_of(before.studio_view({}).content))
    assert (answer.status_code, answer.json["code"]) == (200, "saved")
    after = host.block()
    assert after.texts == texts
    assert told(after.structure) == told(structure)
    assert after.display_name == before.display_name


def told(structure: Any) -> Any:
    """Return a structure without the marks that say no: a box left empty and no mark at all are the same."""
    if isinstance(structure, dict):
        return {key: told(value) for key, value in structure.items() if value is not False and (key, value) != ("partial", "true")}
    return [told(one) for one in structure] if isinstance(structure, list) else structure


def test_a_host_that_rewrites_addresses_leaves_those_in_the_form() -> None:
    host = Host(
        EVERY_KIND.replace("<prompt>A cooperative is", '<prompt><img src="/static/open.svg" alt="A door"/> A cooperative is')
    )
    page = host.block().studio_view({}).content
    rewritten = re.sub(r"""(["']|&quot;|&#x27;)/static/""", r"\1/asset/", page)
    assert rewritten.count("/asset/") >= 4  # the preview shows the files
    answer = posted(host.block(), "studio_submit", form_of(rewritten))
    assert answer.json["code"] == "saved"
    block = host.block()
    assert block.structure["questions"][0]["choices"][0]["picture"] == "/static/one.svg"
    assert block.texts["open/prompt"].startswith('<img src="/static/open.svg"')
    assert block.texts["votes/audio"] == "/static/votes.mp3"


def test_faults_are_told_at_their_field(quiz: Host) -> None:
    sent = form_of(quiz.block().studio_view({}).content)
    votes, values, refund = sent["content"]["lists"]["questions"]
    votes["lists"]["choices"][1]["fields"]["correct"] = True
    values["lists"]["choices"][0]["fields"]["picture"] = "/static/a.svg"
    answer = posted(quiz.block(), "studio_submit", sent)
    assert answer.status_code == 422
    assert {fault["path"] for fault in answer.json["faults"]} == {"questions.0", "questions.1.choices.0.alt"}
    refund["fields"]["tolerance"] = "-5%"
    answer = posted(quiz.block(), "studio_submit", sent)
    assert {(fault["path"], fault["words"]) for fault in answer.json["faults"]} == {
        ("questions.2.tolerance", "a tolerance is not negative")
    }
    assert quiz.block().structure["questions"][0]["choices"][1]["correct"] is False


PROBLEM = """<problem>
<stringresponse answer="ristourne" type="ci"><label>The word?</label><textline size="20"/></stringresponse>
<numericalresponse answer="2*x"><formulaequationinput/></numericalresponse>
</problem>"""


def pasted_items(page: str) -> list[dict[str, Any]]:
    """Read the items that are added to the form."""
    tree = html.fragment_fromstring(page, create_parent="ol")
    for template in tree.xpath(".//template"):
        template.getparent().remove(template)
    return [fields_of(item) for item in tree]


def test_a_pasted_problem_is_added_and_not_kept(quiz: Host) -> None:
    answer = posted(quiz.block(), "studio_paste", {"problem": PROBLEM})
    assert (answer.status_code, answer.json["code"]) == (200, "pasted")
    assert answer.json["message"] == (
        "1 question was added at the end of the form. Nothing is kept until you save. Not carried over:"
    )
    assert answer.json["lost"] == ["line 3: the number 2*x: only plain numbers and closed ranges are carried"]
    assert len(quiz.block().structure["questions"]) == 3
    form = form_of(quiz.block().studio_view({}).content)
    form["content"]["lists"]["questions"] += [{**one, "id": "qk3x9"} for one in pasted_items(answer.json["html"])]
    assert posted(quiz.block(), "studio_submit", form).json["code"] == "saved"
    block = quiz.block()
    assert block.structure["questions"][3] == {"id": "qk3x9", "kind": "text", "accepts": [{"id": "a1"}]}
    assert (block.texts["qk3x9/prompt"], block.texts["qk3x9/a1"], block.texts["votes/hint"]) == (
        "The word?",
        "ristourne",
        "Think of the person.",
    )
    assert block.max_attempts == 2


def test_pasting_tells_nothing_of_the_quiz_to_whoever_may_call_handlers() -> None:
    empty, full = Host("<coop_quiz/>"), Host(QUIZ.replace('display_name="A first quiz"', 'display_name="Quiz"'))
    answers = [posted(host.block("aicha"), "studio_paste", {"problem": PROBLEM}).json for host in (empty, full)]
    blocks = [host.block("aicha").dom_id for host in (empty, full)]
    told, told_by_full = (json.dumps(one).replace(dom_id, "") for one, dom_id in zip(answers, blocks, strict=True))
    assert told_by_full == told
    assert [secret for secret in ("1234.5", "Solidarity", "Well counted") if secret in told_by_full] == []


@pytest.mark.parametrize(
    ("problem", "lost"),
    [
        ("<problem>", "this is not XML"),
        (None, "this is not XML"),
        (["<problem/>"], "this is not XML"),
        ("<html/>", "line 1: a <problem> is expected, not <html>"),
        ("<problem/>", "line 1: this problem has no question that can be carried over"),
    ],
)
def test_what_is_no_problem_is_told(quiz: Host, problem: object, lost: str) -> None:
    answer = posted(quiz.block(), "studio_paste", {"problem": problem})
    assert (answer.status_code, answer.json["code"], answer.json["message"]) == (422, "not_read", "Nothing was added:")
    assert answer.json["lost"][-1].startswith(lost)


def test_half_a_character_is_dropped_from_a_problem(quiz: Host) -> None:
    answer = posted(quiz.block(), "studio_paste", {"problem": PROBLEM.replace("The word?", "The \ud800word?")})
    assert [one["texts"]["prompt"] for one in pasted_items(answer.json["html"])] == ["The word?"]
    assert from_capa(PROBLEM.replace("The word?", "The \ud800word?")).content.texts["q1/prompt"] == "The word?"


def test_only_a_post_and_not_too_much(quiz: Host) -> None:
    assert quiz.block().handle("studio_paste", Request.blank("/")).status_code == 405
    answer = posted(quiz.block(), "studio_paste", {"problem": "x" * 1_100_000})
    assert (answer.status_code, answer.json["message"]) == (413, "This is too long to be sent.")
    body = Request.blank("/", method="POST", body=b"[", content_type="application/json")
    assert quiz.block().handle("studio_paste", body).status_code == 400


def test_the_place_to_paste_is_above_the_form_and_labelled(quiz: Host) -> None:
    fragment = quiz.block(language="ar").studio_view({})
    tree = html.fragment_fromstring(fragment.content, create_parent="div")
    actions = [form.get("action", "").split("?")[0].rpartition("/")[2] for form in tree.iter("form")]
    assert actions[:2] == ["studio_paste", "studio_submit"]
    (area,) = tree.xpath(".//textarea[@name='problem']")
    assert tree.xpath(f"string(.//label[@for='{area.get('id')}'])") == "التمرين، من <problem> إلى </problem>"
    assert "/block/coop_quiz/public/quiz.js" in [resource.data for resource in fragment.resources]
    assert len(set(tree.xpath(".//@id"))) == len(tree.xpath(".//@id"))
