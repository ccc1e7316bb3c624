"""The problems that a quiz becomes are answered right in Open edX's own problem block."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from lxml import etree

import takwin_xblocks.quiz
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.quiz.capa_writing import to_capa
from takwin_xblocks.quiz.content import SCHEMA
from tests.fakes import block
from tests.runtime.hosting import Classroom

pytestmark = pytest.mark.filterwarnings("default")
SCENARIO = Path(takwin_xblocks.quiz.__file__).parent / "scenarios" / "4-every-kind.xml"
PLACES = {"votes": 0, "values": 1, "open": 2, "refund": 3, "refund-name": 4}


class English:
    """Says words as they are written."""

    gettext = staticmethod(str)
    ngettext = staticmethod(lambda one, many, number: one if number == 1 else many)


def room() -> Classroom:
    content = read_content(SCHEMA, etree.parse(str(SCENARIO)).getroot())
    problems = to_capa(content.structure, content.texts, voice=Voice(words=English(), language="en")).problems
    return Classroom(
        tuple(block(f"problem/p{place}", data=etree.tostring(one, encoding="unicode")) for place, one in enumerate(problems))
    )


@pytest.mark.parametrize(
    ("question", "answer", "state"),
    [
        ("votes", "input_p0_2_1=choice_one", "correct"),
        ("votes", "input_p0_2_1=choice_many", "incorrect"),
        ("values", "input_p1_2_1[]=choice_0&input_p1_2_1[]=choice_1", "correct"),
        ("values", "input_p1_2_1[]=choice_0", "incorrect"),
        ("open", "input_p2_2_1=choice_true", "correct"),
        ("refund", "input_p3_2_1=1205", "correct"),
        ("refund", "input_p3_2_1=1300", "incorrect"),
        ("refund-name", "input_p4_2_1=Refund", "correct"),
        ("refund-name", "input_p4_2_1=dividend", "incorrect"),
    ],
)
def test_right_answers_are_right_there_too(question: str, answer: str, state: str) -> None:
    told = room().call(f"problem/p{PLACES[question]}", "xmodule_handler", answer, "problem_check", form=True)
    assert json.loads(told.body)["success"] == state


def test_what_is_read_is_there() -> None:
    shown = html.unescape(html.unescape(room().show("problem/p0").html))
    assert "How many votes has each member?" in shown
    assert "As many as shares" in shown
    assert 'alt="One hand raised"' in shown
