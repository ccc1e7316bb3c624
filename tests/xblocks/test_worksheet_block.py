"""A learner fills in a worksheet, leaves it, comes back, gets new numbers; nobody gets more than that."""

from __future__ import annotations

import json
import math
import re

import pytest
from memory_host import Host, export, post_body, post_form, post_json
from worksheet_scenarios import handle, right, submit, xml_of

from takwin_xblocks.worksheet.numbers import drawn_figures

PERSONAL = xml_of("cash-plan")
SAME = PERSONAL.replace('draws="learner"', 'draws="none"')
PLAIN = {"plain_forms": True}


def again(host, **how):
    return handle(host, "again", **how)


# --- a learner's way ---


def test_an_attempt_is_marked_and_stays_after_a_reload():
    host = Host(PERSONAL)
    response = submit(host, {"receipts.jul": ["1"]})
    assert (response.status_code, response.json["code"], response.json["earned"], response.json["possible"]) == (
        200,
        "marked",
        29,
        30,
    )
    assert response.json["cells"]["receipts.jul"] == "wrong"
    page = host.page()
    assert "Your result: 29 of 30." in page
    assert page.count('data-state="incorrect"') == 1
    assert host.block().runtime.published == []


def test_grade_and_completion_are_published():
    host = Host(PERSONAL)
    block = host.block()
    post_json(block, right(block))
    assert block.runtime.published == [("grade", {"value": 30.0, "max_value": 30.0}), ("completion", {"completion": 1.0})]
    assert block.max_score() == 30


def test_an_error_is_counted_once_and_the_page_says_so():
    host = Host(xml_of("break-even"))
    block = host.block()
    figures = block._numbers(1).figures
    contribution = figures["price"] - figures["variable"] + 1
    quantity = math.ceil(figures["fixed"] / contribution)
    submit(host, {"contribution.amount": [str(contribution)], "quantity.amount": [str(quantity)]})
    page = host.page()
    assert host.block().marks["contribution.amount"] == [0.0, 1.0]
    assert host.block().marks["quantity.amount"] == [2.0, 2.0]
    assert "Consistent" in page
    assert "An error is counted once." in page


def test_every_learner_has_numbers_of_their_own_and_keeps_them():
    host = Host(PERSONAL)
    numbers = {learner: host.block(learner)._numbers(1) for learner in ("aicha", "fatou", "hery", "chisomo")}
    assert len({one.code for one in numbers.values()}) == 4
    assert host.block("aicha")._numbers(1) == numbers["aicha"]
    assert numbers["aicha"].code[:4] in host.page("aicha")
    assert host.block().same_for_same_state({"draws": "learner"}) is False
    assert host.block().same_for_same_state({"draws": "none"}) is True


def test_a_new_attempt_has_new_numbers_once_they_are_asked_for():
    host = Host(PERSONAL)
    submit(host, {"receipts.jul": ["1"]})
    first = host.block()._numbers(1).code
    assert first[:4] in host.page()
    assert 'name="answer-receipts.jul"' not in host.page()
    response = again(host)
    assert (response.status_code, response.json["code"]) == (200, "new_numbers")
    second = host.block()._numbers(2).code
    assert second != first
    page = host.page()
    assert second[:4] in page
    assert first[:4] not in page
    assert "data-state" not in page
    assert 'value="1"' not in re.sub(r'name="save" value="1"', "", page)
    assert submit(host).json["earned"] == 30
    assert host.block().attempts == 2
    assert host.block().best == {"earned": 30.0, "possible": 30.0}


def test_with_the_same_numbers_for_all_the_wrong_cells_are_put_right_in_place():
    host = Host(SAME)
    submit(host, {"receipts.jul": ["1"]})
    page = host.page(context=PLAIN)
    assert re.search(r'<input[^>]*value="1"[^>]*name="answer-receipts.jul"', page)
    assert again(host).status_code == 409
    assert submit(host).json["earned"] == 30


def test_a_trainer_sees_a_learners_numbers_again_by_their_code():
    host = Host(PERSONAL)
    numbers = host.block("fatou")._numbers(1)
    typed = f"{numbers.code[:4]}-{numbers.code[4:]}".lower()
    replay = Host(PERSONAL.replace('draws="learner"', f'draws="code" code="{typed}"'))
    assert replay.block("trainer")._numbers(1).figures == numbers.figures
    block = replay.block("trainer")
    html = str(block.runtime.render(block, "author_view", {}).content)
    assert "Worked solution" in html
    assert drawn_figures(block._table, numbers.code) == numbers.figures


def test_what_has_gaps_is_refused_and_kept():
    host = Host(PERSONAL)
    block = host.block()
    response = post_json(block, right(block) | {"receipts.jul": [""], "payments.aug": ["many"]})
    block.save()
    assert (response.status_code, response.json["code"]) == (422, "unreadable_answers")
    assert response.json["errors"] == {"receipts.jul": "Fill in this cell.", "payments.aug": "This is not read as a number."}
    assert (host.block().attempts, host.block().marks) == (0, {})
    page = host.page()
    assert page.count('aria-invalid="true"') == 2
    assert 'value="many"' in page
    assert "no attempt was used" in page


@pytest.mark.parametrize("handler", ["submit", "keep"])
def test_a_table_is_kept_for_later_without_being_marked(handler):
    host = Host(SAME)
    payload = {"answers": {"closing.jul": "-4000"}, "fields": {"save": "1"}}
    response = handle(host, handler, payload)
    assert (response.status_code, response.json["code"]) == (200, "saved")
    page = host.page()
    assert "What you wrote is kept. Nothing is marked yet." in page
    assert 'value="-4000"' in page
    assert "aria-invalid" not in page
    assert page.count("−4,000") == 1  # next month's opening, from what the learner wrote
    assert (host.block().attempts, host.block().marks) == (0, {})


def test_a_plain_form_does_all_this_too():
    host = Host(SAME)
    block = host.block()
    fields = {f"answer-{name}": given for name, given in right(block).items()}
    assert post_form(block, fields | {"answer-receipts.jul": "", "save": "1"}).json["code"] == "saved"
    assert post_form(block, fields).json["earned"] == 30
    assert block.draft == {}


def test_hints_come_with_the_second_attempt():
    host = Host(SAME)
    wrong = {"receipts.jul": ["1"], "payments.jul": ["1"]}
    submit(host, wrong)
    assert "Where to look again" not in host.page()
    submit(host, wrong)
    page = host.page()
    assert "Add what comes in during the month" in page
    assert "the sum of “Fruit and kernels” to “Loan repayment”" in page  # no hint of the author's: the rule in words


def test_the_worked_solution_comes_when_it_may():
    host = Host(SAME.replace('max_attempts="3"', 'max_attempts="1"'))
    submit(host, {"receipts.jul": ["1"]})
    page = host.page()
    assert "Worked solution" in page
    assert "12,000 + 8,000 − 24,000 = −4,000" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert '<b><bdi dir="ltr">26,800</bdi> MAD</b>' in page
    closed = Host(SAME.replace('max_attempts="3"', 'show_answers="after_closed"'))
    submit(closed)
    assert "Worked solution" not in closed.page()
    assert "Worked solution" in closed.page(closed=True)
    never = Host(SAME.replace('max_attempts="3"', 'show_answers="never" max_attempts="1"'))
    submit(never)
    assert "Worked solution" not in never.page()


def test_the_marked_numbers_stay_when_the_author_changes_what_is_drawn():
    host = Host(PERSONAL)
    submit(host)
    before = host.page()
    block = host.block()
    figures = [
        figure | ({"from": "7000", "to": "9000", "step": "500", "usual": "7000"} if "from" in figure else {})
        for figure in block.structure["figures"]
    ]
    block.structure = {**block.structure, "figures": figures}
    block.save()
    assert host.page() == before


def test_example_sets():
    xml = xml_of("costing")
    assert "argan oil" in Host(xml).page()
    shea = Host(xml.replace("<coop_worksheet", '<coop_worksheet example_set="shea"', 1))
    page = shea.page()
    assert "One batch of shea butter" in page
    assert "argan" not in page
    assert shea.block().max_score() == 14
    assert submit(shea).json["earned"] == 14


def test_the_page_is_labelled_and_runs_from_the_right():
    host = Host(xml_of("cash-plan-arabic"))
    page = host.page(language="ar", context=PLAIN)
    labels = re.findall(r'aria-labelledby="([^"]+)"', page)
    assert len(labels) == 20
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert {part for label in labels for part in label.split()} <= ids
    assert page.count('dir="ltr" autocomplete') == 19
    assert 'role="region"' in page
    assert 'tabindex="0"' in page
    assert "حفظ للمتابعة لاحقا" in page


def test_no_number_pad_without_a_minus_sign_where_results_are_below_zero():
    assert 'inputmode="decimal"' not in Host(PERSONAL).page()
    assert 'inputmode="decimal"' in Host(xml_of("costing")).page()


@pytest.mark.parametrize("name", ["break-even", "cash-plan", "cash-plan-arabic", "costing", "break-even-french"])
def test_export_and_import_change_nothing(name):
    first = Host(xml_of(name))
    again_xml = export(first.block())
    second = Host(again_xml)
    assert export(second.block()) == again_xml
    assert (second.block().structure, second.block().texts) == (first.block().structure, first.block().texts)
    assert (second.block().draws, second.block().max_attempts) == (first.block().draws, first.block().max_attempts)


def test_an_empty_worksheet_shows_itself():
    host = Host("<coop_worksheet/>")
    assert "This worksheet has no table yet." in host.page()
    assert host.block().max_score() == 0


# --- attacks ---


def test_right_answers_are_nowhere_before_they_may_be_told():
    host = Host(SAME)
    submit(host, {name: ["7"] for name in right(host.block()) if name != "gap_month.jul"})
    response = handle(host, "keep", {"answers": {"receipts.jul": "1"}})
    data = json.dumps(host.block().student_view_data(), default=str)
    everywhere = host.page() + response.text + json.dumps(host.state(), default=str) + data
    for value in (
        "26800",
        "26,800",
        "25500",
        "25,500",
        "9300",
        "9,300",
        "34700",
        "34,700",
        "144000",
        "144,000",
        "121,300",
        "20300",
    ):
        assert value not in everywhere
    for words in ("formula", "sum(", "Add what comes in", "half-year gains"):
        assert words not in host.page("newcomer") + data


def test_a_hash_of_the_numbers_tells_nothing_that_the_page_does_not():
    host = Host(SAME)
    assert host.block("one")._numbers(1).fingerprint == host.block("two")._numbers(1).fingerprint


def test_only_cells_to_fill_in_are_taken():
    host = Host(SAME)
    sent = {
        "answers": right(host.block()) | {"opening.jul": "1", "cash_sales.jul": "0", "../x": "1"},
        "marks": {"gap.jul": [99, 99]},
    }
    response = handle(
        host, "submit", sent | {"attempts": 0, "best": {"earned": 99, "possible": 1}, "fields": {"weight": "99", "renewed": "1"}}
    )
    assert response.json["earned"] == 30
    assert set(host.block().answers) == set(right(host.block()))
    assert (host.block().attempts, host.block().best) == (1, {"earned": 30.0, "possible": 30.0})


def test_handlers_out_of_turn():
    host = Host(PERSONAL)
    assert again(host).json["code"] == "no_new_numbers"
    submit(host, {"receipts.jul": ["1"]})
    assert submit(host).json["code"] == "marked_already"
    assert handle(host, "keep", {"answers": {"receipts.jul": "2"}}).json["code"] == "marked_already"
    for handler in ("submit", "keep", "again"):
        refused = handle(host, handler, closed=True)
        assert (refused.status_code, refused.json["code"]) == (409, "closed")
    for _attempt in range(2):
        again(host)
        submit(host)
    for handler in ("submit", "keep", "again"):
        assert handle(host, handler).json["code"] == "no_attempts_left"
    assert host.block().attempts == 3


def test_asking_twice_for_new_numbers_gives_them_once():
    host = Host(PERSONAL)
    submit(host)
    again(host)
    handle(host, "keep", {"answers": {"receipts.jul": "5"}})
    assert again(host).status_code == 200
    assert host.block().draft == {"receipts.jul": ["5"]}


def test_an_old_tab_uses_nothing():
    host = Host(PERSONAL)
    old = re.search(r'name="numbers" value="(\w+)"', host.page())
    assert old is not None
    submit(host)
    again(host)
    payload = {"answers": right(host.block()), "fields": {"numbers": old[1]}}
    for handler in ("submit", "keep"):
        refused = handle(host, handler, payload)
        assert (refused.status_code, refused.json["code"]) == (409, "other_numbers")
    assert (host.block().attempts, host.block().draft) == (1, {})


def test_a_sending_that_comes_twice_is_marked_once():
    host = Host(PERSONAL)
    payload = {"answers": right(host.block()), "attempt": "n1"}
    assert handle(host, "submit", payload).json["code"] == "marked"
    replayed = handle(host, "submit", payload)
    assert (replayed.status_code, replayed.json["replayed"], host.block().attempts) == (200, True, 1)


@pytest.mark.parametrize(
    "typed", ["NaN", "Infinity", "-Infinity", "1e309", "1/0", "__import__('os')", "9" * 5000, "9^9^9", "<script>"]
)
def test_odd_numbers_are_refused_in_words(typed):
    host = Host(SAME)
    response = submit(host, {"receipts.jul": [typed]})
    assert response.status_code == 422
    assert host.block().attempts == 0
    assert "<script>" not in host.page()
    assert len(host.state()["draft"]["receipts.jul"][0]) <= 64


def test_digits_of_every_script_are_read():
    host = Host(SAME)
    assert submit(host, {"receipts.jul": ["٨٬٠٠٠"], "closing.jul": ["−٤٠٠٠"]}).json["earned"] == 30


def test_bodies_without_end_and_without_form_are_refused():
    host = Host(SAME)
    assert post_body(host.block(), b'{"answers": {"receipts.jul": "' + b"9" * 10_000_000 + b'"}}').status_code == 413
    for body in (b"{", b"[]", b'{"answers": []}', b'{"answers": {"receipts.jul": {}}}', b"\xff", b"[" * 100_000):
        assert post_body(host.block(), body).status_code == 400
    assert host.state() == {}


def test_what_people_write_stays_text():
    hostile = '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src="x" onerror="y"&gt;'
    xml = SAME.replace("Cash sales", hostile).replace("Fill in the cash plan", hostile).replace(">July<", f">{hostile}<")
    host = Host(xml.replace("Cash plan of six months", "&lt;b&gt;"))
    submit(host, {"gap_month.jul": ["jul"]})
    page = host.page() + str(host.block().author_html(host.block().voice()))
    assert "<script" not in page
    assert "onerror=" not in page.replace("onerror=&", "")


def test_figures_in_the_text_of_a_picture_stay_in_their_place():
    xml = SAME.replace("Fill in the cash plan", 'Fill in <img src="/static/a.svg" alt="{opening_balance}"/>')
    page = Host(xml).page()
    assert re.search(r'<img src="/static/a.svg" alt="[^"<]*12,000[^"<]*">', page)
