"""The four shipped scenarios: one structure in three languages, the points that were agreed, no word missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from takwin_xblocks.scenario.grading import Step, Story

COURSE = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
LANGUAGES = ("ar", "fr", "en")
MEASURES = ("governance", "finance", "trust", "posture")
LONGEST = 700

# For each situation its choices: where each leads, and what it brings to the four indicators in the order above.
TABLES: dict[str, dict[str, dict[str, tuple[str, int, int, int, int]]]] = {
    "s1-empty-till": {
        "n1": {"a": ("n2", 0, -1, 0, -2), "b": ("n3", 1, 2, 2, 3), "c": ("n4", 0, 0, -1, -1)},
        "n2": {"a": ("e4", -1, -2, -1, -2), "b": ("n5", 1, 1, 1, 2)},
        "n3": {"a": ("n5", -2, -1, -1, -1), "b": ("n6", 2, 2, 2, 3), "c": ("n7", -1, 0, -2, -2)},
        "n4": {"a": ("n3", 0, 1, 1, 1), "b": ("e4", 0, -1, -2, -2)},
        "n5": {"a": ("e3", 0, 0, 0, 0), "b": ("n8", 1, 3, 1, 2), "c": ("e2", -1, 1, -3, -1)},
        "n6": {"a": ("n8", 3, 2, 2, 2), "b": ("e2", 0, 0, -1, -1)},
        "n7": {"a": ("n6", 1, 1, 1, 2), "b": ("e4", -2, -1, -1, -2)},
        "n8": {"a": ("e1", 0, 2, 1, 1), "b": ("e3", 0, -1, 0, 0), "c": ("e1", 1, 3, 1, 2)},
    },
    "s2-assembly": {
        "n1": {"a": ("n2", -3, 0, -2, -2), "b": ("n3", 3, 0, 2, 2), "c": ("n4", 0, 0, -1, 0)},
        "n2": {"a": ("e3", -3, 0, -2, -2), "b": ("n5", 2, 0, 1, 2)},
        "n3": {"a": ("n6", -1, 0, -1, -1), "b": ("n6", 2, 0, 1, 2)},
        "n4": {"a": ("n3", 2, 0, 1, 1), "b": ("e3", -2, 0, -1, -1)},
        "n5": {"a": ("n6", 3, 0, 1, 2), "b": ("e3", -3, 0, -2, -2)},
        "n6": {"a": ("n7", 1, 1, 3, 3), "b": ("n7", -1, 0, -2, -2)},
        "n7": {"a": ("n8", -2, 0, -1, -1), "b": ("n8", 2, 0, 1, 2)},
        "n8": {"a": ("e1", 3, 0, 2, 2), "b": ("e2", -2, 0, -1, -1)},
    },
    "s3-boxes": {
        "n1": {"a": ("n2", -2, -1, -1, -1), "b": ("n3", 2, 1, 1, 3), "c": ("n4", -1, 0, -2, -3)},
        "n2": {"a": ("n5", 0, 1, -1, 0), "b": ("n3", 2, 1, 1, 2)},
        "n3": {"a": ("n6", 3, 2, 2, 3), "b": ("e3", -2, -1, -1, -1)},
        "n4": {"a": ("n3", 1, 0, 1, 2), "b": ("e3", -2, 0, -2, -2)},
        "n5": {"a": ("n6", 1, 1, 1, 1), "b": ("e3", -3, 0, -2, -3)},
        "n6": {"a": ("n7", 0, -1, 0, 0), "b": ("e1", 2, 3, 2, 2), "c": ("e2", 2, 2, 1, 2)},
        "n7": {"a": ("e2", 1, 1, 0, 1), "b": ("e3", -2, -2, -1, -2)},
    },
    "s4-envelope": {
        "n1": {"a": ("n2", -3, -1, -2, -3), "b": ("n3", 2, 0, 2, 3), "c": ("n4", 0, 0, -2, -1)},
        "n2": {"a": ("e4", -3, 0, -2, -3), "b": ("n3", 2, 0, 1, 2)},
        "n3": {"a": ("n5", 2, 0, 3, 3), "b": ("n5", 0, 0, -1, 0)},
        "n4": {"a": ("n3", 1, 0, 1, 1), "b": ("e4", -1, 0, -1, -2)},
        "n5": {"a": ("n6", 2, 1, 3, 3), "b": ("e3", -2, 0, -1, -2)},
        "n6": {"a": ("e3", -2, 0, -3, -2), "b": ("e1", 2, 0, 3, 3), "c": ("e2", 0, 0, 0, 0)},
    },
}
ENDINGS = {
    "s1-empty-till": {"e1": "best", "e2": "poor", "e3": "poor", "e4": "bad"},
    "s2-assembly": {"e1": "best", "e2": "poor", "e3": "bad"},
    "s3-boxes": {"e1": "best", "e2": "good", "e3": "bad"},
    "s4-envelope": {"e1": "best", "e2": "good", "e3": "poor", "e4": "bad"},
}
# The path that brings most, what it brings to each indicator and in all, and how much is enough.
BEST = {
    "s1-empty-till": (("n1b", "n3b", "n6a", "n8c"), (7, 9, 7, 10), 33, 20),
    "s2-assembly": (("n1b", "n3b", "n6a", "n7b", "n8a"), (11, 1, 9, 11), 32, 20),
    "s3-boxes": (("n1b", "n3a", "n6b"), (7, 6, 5, 8), 26, 16),
    "s4-envelope": (("n1b", "n3a", "n5a", "n6b"), (8, 1, 11, 12), 32, 20),
}
# What must be told, figures without separators: sums, days, quorums, thresholds.
FACTS = {
    "s1-empty-till": {"28", "27000", "60", "3000", "26800", "40", "19600", "10", "5", "25650", "13500", "12825"},
    "s2-assembly": {"46", "31", "30", "17", "3", "15", "18", "6", "23", "22", "2", "24", "25", "10", "12", "112.12"},
    "s3-boxes": {
        "60",
        "500000",
        "5000",
        "130",
        "650000",
        "98",
        "160000",
        "32",
        "112",
        "30",
        "15",
        "300000",
        "490000",
        "2500",
        "280000",
    },
    "s4-envelope": {"1", "3", "1.6", "2.5", "0", "4"},
}
FICTIONAL = {"ar": "مثال متخيَّل", "fr": "Exemple fictif", "en": "Fictional example"}
RULES_OF = {"ar": ("المغرب", "بلدان أخرى"), "fr": ("Maroc", "d’autres pays"), "en": ("Morocco", "other countries")}
RULE_CARD = {
    "ar": "تصريح – انسحاب – تدوين – مقارنة – مصادقة",
    "fr": "déclarer – se retirer – consigner – comparer – approuver",
    "en": "declare – withdraw – record – compare – approve",
}

each_name = pytest.mark.parametrize("name", list(TABLES))
each_language = pytest.mark.parametrize("language", LANGUAGES)


def scenario(language: str, name: str) -> etree._Element:
    vertical = etree.parse(str(COURSE / language / "vertical" / f"scenario-{name}.xml")).getroot()
    assert vertical.tag == "vertical"
    (block,) = vertical
    assert block.tag == "coop_scenario"
    assert block.get("url_name") == name
    assert block.get("display_name") == vertical.get("display_name")
    return block


def skeleton(element: etree._Element) -> tuple[Any, ...]:
    """Return what must be the same in every language: elements and attributes, without words and the markup inside them."""
    attributes = {key: value for key, value in element.attrib.items() if key != "display_name"}
    return element.tag, attributes, [skeleton(child) for child in element if child.tag != "bdi"]


def structure(language: str, name: str) -> dict[str, Any]:
    """Return the scenario as the block keeps it, read here without the block."""
    block = scenario(language, name)
    return {
        "pass_share": block.get("pass_share"),
        "steps_back": int(block.get("steps_back")),
        "back_costs": block.get("back_costs"),
        "measures": [{"id": one.get("id")} for one in block.iterchildren("indicator")],
        "nodes": [
            {"id": node.get("id"), **({"ending": node.get("ending")} if node.get("ending") else {"choices": choices(node)})}
            for node in block.iterchildren("node")
        ],
    }


def choices(node: etree._Element) -> list[dict[str, Any]]:
    return [
        {
            "id": choice.get("id"),
            "to": choice.get("to"),
            "effects": [{"on": effect.get("on"), "by": int(effect.get("by"))} for effect in choice.iterchildren("effect")],
        }
        for choice in node.iterchildren("choice")
    ]


def words(element: etree._Element) -> str:
    """Return the words of an element; of a choice without its consequence."""
    parts = [element.text or ""]
    for child in element:
        parts += [words(child) if child.tag == "bdi" else "", child.tail or ""]
    return "".join(parts).strip()


def texts(language: str, name: str) -> dict[str, str]:
    block = scenario(language, name)
    found = {part: words(block.find(part)) for part in ("intro", "debrief")}
    for one in block.iterchildren("indicator"):
        found[one.get("id")] = words(one.find("name"))
    for node in block.iterchildren("node"):
        for part in ("title", "situation"):
            if node.find(part) is not None:
                found[f"{node.get('id')}/{part}"] = words(node.find(part))
        for choice in node.iterchildren("choice"):
            key = f"{node.get('id')}/{choice.get('id')}"
            found[key] = words(choice)
            found[f"{key}/consequence"] = words(choice.find("consequence"))
    return found


def figures(text: str) -> set[str]:
    """Return the figures of a text in one writing: `26.800`, `26 800` and `26,800` are the same; so are `1,6` and `1.6`."""
    found = re.findall(r"\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+[.,]\d+|\d+", text)
    return {re.sub(r"[.,\s](?=\d{3}(?!\d))", "", one).replace(",", ".") for one in found}


def paths(name: str, at: str = "n1", so_far: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], tuple[int, ...], str]]:
    """Yield every way through the table: its choices, what they bring, and its ending."""
    if at not in TABLES[name]:
        brought = [TABLES[name][step[:-1]][step[-1]][1:] for step in so_far]
        yield so_far, tuple(map(sum, zip(*brought, strict=True))), at
        return
    for choice, (to, *_points) in TABLES[name][at].items():
        yield from paths(name, to, (*so_far, at + choice))


@each_language
def test_the_sequence_has_the_four_scenarios(language: str) -> None:
    sequential = etree.parse(str(COURSE / language / "sequential" / "coop-scenario.xml")).getroot()
    assert sequential.tag == "sequential"
    assert sequential.get("display_name")
    assert [dict(one.attrib) for one in sequential] == [{"url_name": f"scenario-{name}"} for name in TABLES]
    assert {one.tag for one in sequential} == {"vertical"}


@each_name
def test_the_three_languages_have_one_structure(name: str) -> None:
    assert skeleton(scenario("ar", name)) == skeleton(scenario("fr", name)) == skeleton(scenario("en", name))
    assert {key: value for key, value in scenario("en", name).attrib.items() if key != "display_name"} == {
        "url_name": name,
        "pass_share": "0.6",
        "steps_back": "1",
        "back_costs": "posture",
        "indicators": "end",
    }


@each_name
@each_language
def test_every_choice_brings_what_the_table_says(language: str, name: str) -> None:
    read = structure(language, name)
    assert tuple(one["id"] for one in read["measures"]) == MEASURES
    assert all(effect["by"] for node in read["nodes"] for choice in node.get("choices", ()) for effect in choice["effects"])
    brought = {
        node["id"]: {
            choice["id"]: (choice["to"], *({one["on"]: one["by"] for one in choice["effects"]}.get(on, 0) for on in MEASURES))
            for choice in node["choices"]
        }
        for node in read["nodes"]
        if "choices" in node
    }
    assert brought == TABLES[name]
    assert {node["id"]: node["ending"] for node in read["nodes"] if "ending" in node} == ENDINGS[name]
    assert [node["id"] for node in read["nodes"]] == [*TABLES[name], *ENDINGS[name]]


@each_name
def test_every_way_leads_to_an_ending_and_everything_is_met(name: str) -> None:
    leads_to = {at: {to for to, *_ in choices.values()} for at, choices in TABLES[name].items()}
    nodes = {*TABLES[name], *ENDINGS[name]}
    assert set().union(*leads_to.values()) == nodes - {"n1"}  # targets exist, and all but the start are targets
    TopologicalSorter(leads_to).prepare()  # refuses circles
    met = {step[:-1] for path, _, _ in paths(name) for step in path} | {ending for _, _, ending in paths(name)}
    assert met == nodes


@each_name
def test_the_best_path_is_the_stated_one(name: str) -> None:
    path, profile, total, needed = BEST[name]
    first, second = sorted(paths(name), key=lambda way: -sum(way[1]))[:2]
    assert first == (path, profile, "e1")
    assert sum(profile) == total > sum(second[1])  # no other way brings as much
    assert needed == -(-total * 6 // 10)


@each_name
@each_language
def test_the_block_finds_the_same_best(language: str, name: str) -> None:
    path, profile, total, needed = BEST[name]
    story = Story(structure(language, name))
    steps = tuple(Step(step[:-1], step[-1]) for step in path)
    assert (story.best.path, story.best.total, story.best.ending, story.needed) == (steps, total, "e1", needed)
    assert tuple(story.profile(steps).values()) == profile
    assert tuple(story.profile(steps, backs=1).values()) == (*profile[:3], profile[3] - 1)


@each_name
@each_language
def test_no_text_is_missing_and_none_is_too_long(language: str, name: str) -> None:
    told = texts(language, name)
    assert [key for key, text in told.items() if not text] == []
    situations = [text for key, text in told.items() if key.endswith("/situation")]
    assert len(situations) == len(TABLES[name]) + len(ENDINGS[name])
    assert all(200 <= len(text) <= LONGEST for text in [told["intro"], *situations])
    offered = [key for at, choices in TABLES[name].items() for key in (f"{at}/{choice}" for choice in choices)]
    assert all(len(told[key]) <= 160 for key in offered)
    assert all(30 <= len(told[f"{key}/consequence"]) <= 300 for key in offered)
    assert len({told[key] for key in offered}) == len(offered)


@each_name
def test_the_three_languages_say_the_same_figures(name: str) -> None:
    arabic, french, english = (texts(language, name) for language in LANGUAGES)
    told = {key: figures(text) for key, text in english.items()}
    assert {key: figures(text) for key, text in arabic.items()} == told
    assert {key: figures(text) for key, text in french.items()} == told
    assert set().union(*told.values()) >= FACTS[name]


@each_language
def test_what_must_be_said_is_said(language: str) -> None:
    for name in TABLES:
        assert FICTIONAL[language] in texts(language, name)["intro"]
        assert re.search("[?؟]", texts(language, name)["debrief"])
    assert all(words in texts(language, "s2-assembly")["intro"] for words in RULES_OF[language])
    assert RULE_CARD[language] in texts(language, "s3-boxes")["debrief"]
    assert "500000" in figures(texts(language, "s3-boxes")["intro"])


@each_name
def test_each_language_is_written_in_its_own_script(name: str) -> None:
    arabic = re.compile(r"[\u0600-\u06ff]")
    for language in LANGUAGES:
        told = [*texts(language, name).values(), scenario(language, name).get("display_name")]
        assert [bool(arabic.search(text)) for text in told] == [language == "ar"] * len(told)


@each_name
def test_french_signs_never_begin_a_line(name: str) -> None:
    told = " ".join(texts("fr", name).values())
    assert re.findall(r"(?:^|[^\u00a0])[:;?!»%]", told) == []
    assert re.findall(r"«[^\u00a0]", told) == []
    assert "'" not in told
