"""A learner chooses the product of the region, then has its table and its numbers; another one only where nothing marked is lost."""

from __future__ import annotations

import pytest
from memory_host import Host, export
from webob import Response
from worksheet_scenarios import handle, submit, xml_of

GIVEN = xml_of("costing").replace('draws="none"', "")
CHOSEN = GIVEN.replace("<coop_worksheet ", '<coop_worksheet learners_choose="true" draws="learner" ', 1)


def choose(host: Host, name: str) -> Response:
    return handle(host, "choose", {"answers": {"set": [name]}})


def test_before_the_choice_there_is_nothing_but_the_choice():
    page = Host(CHOSEN).page()
    assert page.count('name="answer-set"') == 2
    assert "<table" not in page
    assert 'data-coop-form="submit"' not in page


def test_the_table_and_its_marks_are_those_of_the_chosen_set():
    host = Host(CHOSEN)
    assert (choose(host, "shea").status_code, host.block()._table.example_set) == (200, "shea")
    assert "XOF" in host.page()
    told = submit(host).json
    assert (told["code"], told["earned"]) == ("marked", told["possible"])
    assert host.block().marked_on["set"] == "shea"


def test_another_set_may_be_chosen_until_a_table_is_marked_and_again_with_new_numbers():
    host = Host(CHOSEN)
    choose(host, "shea")
    assert (choose(host, "argan").json["code"], host.block()._table.example_set) == ("chosen", "argan")
    submit(host)
    assert (choose(host, "shea").status_code, host.block()._table.example_set) == (409, "argan")
    handle(host, "again")
    assert (choose(host, "shea").status_code, host.block()._table.example_set) == (200, "shea")


def test_what_was_written_for_one_set_is_not_shown_in_the_table_of_another():
    host = Host(CHOSEN)
    choose(host, "shea")
    assert "is not kept then" in host.page()  # what is typed and not saved yet would be lost as well
    name = next(iter(host.block()._table.inputs))
    handle(host, "keep", {"answers": {name: ["4321"]}})
    assert "4321" in host.page()
    choose(host, "argan")
    assert "4321" not in host.page()
    assert host.block().draft == {}


def test_numbers_drawn_in_one_set_alone_come_when_it_is_chosen_after_another_was_marked():
    figure, drawn = 'values="0.15 0.2 0.25 0.3"', '<change figure="margin" values="0.15 0.2 0.25 0.3"/>'
    host = Host(CHOSEN.replace(figure, "", 1).replace("<name>Argan oil</name>", f"<name>Argan oil</name>{drawn}", 1))
    choose(host, "shea")
    submit(host)
    told = choose(host, "argan")
    assert (told.json["message"], "MAD" in told.json["html"]) == ("These are new numbers, for attempt 2.", True)
    assert submit(host).json["attempts_used"] == 2


def test_the_result_of_one_set_stands_with_its_table_alone():
    host = Host(CHOSEN.replace('draws="learner"', "", 1))
    choose(host, "argan")
    submit(host)
    assert "Your result" in host.page()
    assert "Your result" not in choose(host, "shea").json["html"]
    assert "Your result" in choose(host, "argan").json["html"]


def test_what_was_written_before_anything_could_be_chosen_is_kept_for_the_same_set():
    host = Host(CHOSEN)
    name = next(iter(host.block()._table.inputs))
    handle(host, "keep", {"answers": {name: ["4321"]}})
    choose(host, "argan")
    assert "4321" in host.page()


def test_once_it_is_closed_the_table_is_shown_and_nothing_is_offered():
    page = Host(CHOSEN).page(closed=True)
    assert "<table" in page
    assert 'name="answer-set"' not in page


@pytest.mark.parametrize(("xml", "name"), [(CHOSEN, "cocoa"), (CHOSEN, ""), (GIVEN, "shea")], ids=["unknown", "none", "not-asked"])
def test_a_choice_that_is_not_offered_is_refused_in_words(xml, name):
    host = Host(xml)
    told = choose(host, name)
    assert (told.status_code, told.json["code"], host.block().chosen_set) == (422, "no_such_set", "")


def test_a_set_that_its_author_took_out_is_asked_for_again():
    host = Host(CHOSEN)
    choose(host, "shea")
    block = host.block()
    block.chosen_set = "gone"
    assert block.must_choose
    assert block.set_in_use == block.example_set


def test_authors_may_offer_a_choice_only_of_two_sets_or_more():
    block = Host(CHOSEN).block()
    one = {**block.structure, "sets": block.structure["sets"][:1]}
    assert block.check_settings({"learners_choose": True}, block.structure) == []
    assert [fault.path for fault in block.check_settings({"learners_choose": True}, one)] == ["settings.learners_choose"]


def test_the_setting_is_read_and_written_as_xml():
    assert 'learners_choose="true"' in export(Host(CHOSEN).block())
