"""The diagnostic as members meet it: alone, in turn, with stones; every step out of turn refused."""

from __future__ import annotations

import json

import pytest
from diagnostic_acts import ALONE, FOUR, PILLARS, THREE, Sitting, answer_all, heading, measure, of_pillar, send, shipped, tree
from memory_host import Host, export

from takwin_xblocks.diagnostic.block import CoopDiagnosticBlock


@pytest.fixture
def alone() -> Sitting:
    return Sitting(ALONE)


# --- what a host reads ---


def test_what_a_host_reads_from_the_class() -> None:
    assert CoopDiagnosticBlock.has_score is False
    assert CoopDiagnosticBlock.has_custom_completion is True
    assert CoopDiagnosticBlock.completion_mode == "completable"
    assert (CoopDiagnosticBlock.inline_safe, CoopDiagnosticBlock.offline_safe) == (True, True)


@pytest.mark.parametrize("name", ["diagnostic-alone", "diagnostic-group"])
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_out_and_back_in_each_language(language, name) -> None:
    first = Host(shipped(language, name)).block()
    again = Host(export(first)).block()
    assert (again.structure, again.texts, again.display_name) == (first.structure, first.texts, first.display_name)


def test_every_scenario_of_the_workbench_opens() -> None:
    scenarios = CoopDiagnosticBlock.workbench_scenarios()
    assert len(scenarios) == 4
    assert ["coop-diagnostic" in Host(xml).page() for _title, xml in scenarios] == [True] * 4


def test_nothing_yet() -> None:
    host = Sitting("<coop_diagnostic/>")
    assert "This diagnostic has no statement yet." in host.page()
    assert "<form" not in host.page()
    assert send(host, "begin").json["code"] == "not_now"


# --- alone ---


def test_one_pillar_a_screen(alone) -> None:
    assert [form.get("data-coop-form") for form in tree(alone.page()).iter("form")] == ["begin"]
    answer = send(alone, "begin", {"form.cooperative": "  Tamaynut\u202e \n 2 ", "form.moment": "during"})
    assert answer.json["code"] == "done"
    assert (alone.state()["cooperative"], alone.state()["moment"]) == ("Tamaynut 2", "during")
    seen = []
    for pillar, value in FOUR.items():
        page = tree(alone.page())
        seen.append((heading(alone), len(page.xpath(".//fieldset")), len(page.xpath(".//input[@type='radio']"))))
        send(alone, "answer", of_pillar(pillar, value))
    assert seen == [
        ("Pillar 1 of 4 Governance", 6, 36),
        ("Pillar 2 of 4 Financial management", 6, 36),
        ("Pillar 3 of 4 Marketing", 6, 36),
        ("Pillar 4 of 4 Innovation", 6, 36),
    ]
    assert heading(alone) == "Before the radar"
    assert alone.page().count("6 of 6 statements answered") == 4


def test_the_event_is_what_hosts_agreed_on(alone) -> None:
    send(alone, "begin", {"form.cooperative": "Tamaynut"}, language="fr")
    answer_all(alone, FOUR)
    assert send(alone, "finish", language="fr").status_code == 200
    (name, data), (completion, whole) = alone.published
    statements = [
        {"id": f"{letter}{n}", "mean": mean, "spread": 0, "answered": 0 if mean is None else 1}
        for letter, mean in (("g", 4.0), ("f", 1.0), ("m", 2.0), ("i", None))
        for n in range(1, 7)
    ]
    assert (name, data) == (
        "coop.diagnostic.completed",
        {
            "moment": "before",
            "cooperative": "Tamaynut",
            "respondents": 1,
            "overall": None,
            "pillars": [
                {"id": "governance", "score": 100, "answered": 6, "spread": 0},
                {"id": "finance", "score": 25, "answered": 6, "spread": 0},
                {"id": "marketing", "score": 50, "answered": 6, "spread": 0},
                {"id": "innovation", "score": None, "answered": 0, "spread": 0},
            ],
            "statements": statements,
            "language": "fr",
        },
    )
    assert (completion, whole) == ("completion", {"completion": 1.0})
    assert json.loads(json.dumps(data)) == data


def test_the_result(alone) -> None:
    measure(alone)
    page = tree(alone.page())
    assert heading(alone) == "Our radar"
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath(".//table[1]/tbody/tr")][:5]
    assert rows == [
        ["Governance", "100", "Autonomous"],
        ["Financial management", "25", "Structuring"],
        ["Marketing", "50", "Consolidating"],
        ["Innovation", "–", "–"],
        ["Overall", "–", "–"],
    ]
    drawing = page.xpath(".//figure/svg")[0]
    assert drawing.get("role") == "img"
    described = [drawing.xpath(f".//*[@id='{name}']")[0].text for name in drawing.get("aria-labelledby").split()]
    assert described[0] == "Radar of the pillars, from 0 to 100"
    assert "Governance 100, Financial management 25, Marketing 50, Innovation –" in described[1]
    steps = [" ".join(item.text_content().split()) for item in page.xpath(".//ol[1]/li")]
    assert len(steps) == 9
    assert "Stand by a younger cooperative" in steps[0]
    assert "Calculate the full cost" in steps[3]
    assert "Compare two sales channels" in steps[6]
    assert "No score: fewer than 4 statements were answered." in page.text_content()
    assert "Where a first step may help most: Financial management" in " ".join(page.text_content().split())


def test_skipping_is_said_and_forgetting_is_asked_again(alone) -> None:
    send(alone, "begin")
    some = {"g1": "3", "g2": "unknown", "form.pillar": "governance", "form.go": "next"}
    answer = send(alone, "answer", some)
    assert (answer.status_code, answer.json["code"]) == (422, "unanswered")
    assert list(answer.json["errors"]) == ["g3", "g4", "g5", "g6"]
    assert alone.state()["answers"] == {"g1": 3, "g2": None}
    page = tree(alone.page())
    assert page.xpath(".//fieldset[@data-state='error']/@data-part") == ["g3", "g4", "g5", "g6"]
    assert page.xpath(".//input[@checked]/@value") == ["3", "unknown"]
    assert send(alone, "answer", of_pillar("governance", "٢")).status_code == 200
    assert alone.state()["answers"] == dict.fromkeys(["g1", "g2", "g3", "g4", "g5", "g6"], 2)


def test_back_keeps_what_was_chosen_so_far(alone) -> None:
    send(alone, "begin")
    send(alone, "answer", of_pillar("governance", "1"))
    assert send(alone, "answer", {"f1": "2", "form.pillar": "finance", "form.go": "back"}).status_code == 200
    assert heading(alone) == "Pillar 1 of 4 Governance"
    assert alone.state()["answers"]["f1"] == 2


def test_from_the_summary_back_to_a_pillar(alone) -> None:
    send(alone, "begin")
    answer_all(alone, FOUR)
    assert send(alone, "go", {"form.to": "marketing"}).status_code == 200
    assert heading(alone) == "Pillar 3 of 4 Marketing"
    assert send(alone, "answer", of_pillar("marketing", "0")).status_code == 200
    assert heading(alone) == "Pillar 4 of 4 Innovation"


def test_before_and_after_on_one_chart(alone) -> None:
    measure(alone, dict.fromkeys(PILLARS, "1"))
    assert send(alone, "again").status_code == 200
    assert "Back to our results" in alone.page()
    measure(alone, dict.fromkeys(PILLARS, "3") | {"finance": "0"})
    page = tree(alone.page())
    assert [one["moment"] for one in alone.state()["measures"]] == ["before", "after"]
    strokes = [one.get("stroke-dasharray") for one in page.xpath(".//figure/svg//g[not(@aria-hidden)]/polygon")]
    assert strokes == ["7 5", None]
    legend = [text.strip() for text in page.xpath(".//figcaption//li/text()")]
    assert [text for text in legend if text] == [
        "First measure (Before the accompaniment)",
        "Last measure (After the accompaniment)",
    ]
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath(".//table[1]/tbody/tr")][:5]
    assert rows == [
        ["Governance", "25", "75", "+50"],
        ["Financial management", "25", "0", "−25"],
        ["Marketing", "25", "75", "+50"],
        ["Innovation", "25", "75", "+50"],
        ["Overall", "25", "56", "+31"],
    ]


def test_ten_measures_are_kept_and_the_first_for_ever(alone) -> None:
    for index in range(12):
        measure(alone, dict.fromkeys(PILLARS, str(index % 5)))
        send(alone, "again")
    kept = alone.state()["measures"]
    assert len(kept) == 10
    assert [one["overall"] for one in kept] == [0, 75, 100, 0, 25, 50, 75, 100, 0, 25]
    assert send(alone, "go", {"form.to": "result"}).status_code == 200
    assert "All measures" in alone.page()


def test_a_pillar_left_out_is_neither_asked_nor_measured() -> None:
    host = Sitting(ALONE.replace("<coop_diagnostic ", '<coop_diagnostic hidden_pillars="finance" '))
    assert measure(host, THREE).status_code == 200
    data = host.published[0][1]
    assert [pillar["id"] for pillar in data["pillars"]] == ["governance", "marketing", "innovation"]
    assert [one["id"][0] for one in data["statements"]] == ["g"] * 6 + ["m"] * 6 + ["i"] * 6
    assert data["overall"] == 75
    assert "Financial management" not in host.page()
    spokes = tree(host.page()).xpath(".//figure/svg/g[@aria-hidden]/line")
    assert len(spokes) == 3


def test_two_pillars_have_a_table_and_no_radar() -> None:
    host = Sitting(ALONE.replace("<coop_diagnostic ", '<coop_diagnostic hidden_pillars="finance innovation" '))
    measure(host, {"governance": "4", "marketing": "2"})
    page = tree(host.page())
    assert page.xpath(".//figure") == []
    assert [row[0].text_content() for row in page.xpath(".//table[1]/tbody/tr")][:2] == ["Governance", "Marketing"]


def test_changing_language_keeps_every_answer() -> None:
    host = Sitting(ALONE)
    send(host, "begin", language="en")
    send(host, "answer", of_pillar("governance", "3"), language="ar")
    page = host.page(language="ar")
    assert "المحور 2 من 4" in page
    assert host.state()["answers"] == dict.fromkeys(["g1", "g2", "g3", "g4", "g5", "g6"], 3)
