"""The official Open edX demo course, block by block: every leaf is accounted for, every problem answers."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest

from lms_app.domain.content import CONTAINERS
from lms_app.domain.keys import BlockId, block_parts
from lms_app.domain.learning import Rendered
from lms_app.olx.archive import open_course_files
from lms_app.olx.tree import read_course_tree
from lms_app.runtime.host import BlockHost
from lms_app.runtime.importer import import_tree
from tests.fakes import COURSE, MemoryCache, MemoryContent, MemoryState, SiteUrls, learner, posted
from tests.runtime.hosting import usage

DEMO = Path(__file__).parents[1] / "fixtures" / "openedx-demo-course.tar.gz"
pytestmark = pytest.mark.filterwarnings("default")  # other people's blocks warn of each other

NOT_FOR_US = {"openassessment": 2, "edx_sga": 1, "staffgradedxblock": 1}
"""They import edx-platform."""
ANSWERS = {
    "10d6abada29b45df87f3bd9a9af86e72": "[370,120]",
    "58f6371c54254596ac91699557af449c": json.dumps({"answer": '"correct"', "state": "{}"}),
    "7c95e593b148415e97ac02811c7daf1b": json.dumps(
        {"answer": json.dumps({"edxResult": True, "edxScore": 1, "edxMessage": "well"}), "state": "{}"}
    ),
    "dc37b89aade5444fbb1ecdaa0d22d180": json.dumps(
        [
            [
                "transient",
                {"Z": [[4e-07, 3], [9e-07, 3], [1.4e-06, 3], [1.9e-06, 3], [2.4e-06, 3], [2.9e-06, 0], [3.4e-06, 0], [3.9e-06, 0]]},
            ]
        ]
    ),
    "0d127d7942ec4be7a464eabafb286d02": '{"protex_answer": "CORRECT"}',
}
"""What a script in the page would send, where the answer is no text."""


class Course:
    """The demo course, imported, and a learner in it."""

    def __init__(self, archive: Path) -> None:
        self.host = BlockHost(cache=MemoryCache())
        with open_course_files(archive) as files:
            tree = read_course_tree(files)
            found = import_tree(
                tree.files,
                course_key=COURSE,
                types=self.host.types,
                root=tree.root,
                root_file=tree.root_file,
                policies=tree.policies,
            )
            statics = {
                name.removeprefix("static/"): tree.files.read(name) for name in tree.files.names if name.startswith("static/")
            }
        self.content = MemoryContent(found.content, files=statics)
        self.state = MemoryState()
        self.leaves = [
            one
            for one in found.content.walk()
            if one.type not in CONTAINERS and (not one.children or one.type == "library_content")
        ]

    def show(self, name: BlockId) -> Rendered:
        visit = self.host.visit(content=self.content, learner=learner(), state=self.state, urls=SiteUrls())
        shown = visit.render(name)
        self.state.store(visit.changes())
        return shown

    def check(self, name: BlockId, answers: dict[str, str]) -> tuple[dict[str, str], set[str]]:
        visit = self.host.visit(content=self.content, learner=learner(), state=self.state, urls=SiteUrls())
        told = visit.handle(usage(name), "xmodule_handler", posted(urlencode(answers), form=True), "problem_check")
        self.state.store(visit.changes())
        return json.loads(told.body), {event.kind for event in visit.published()}


def answers_to(name: str, page: str) -> dict[str, str]:
    """Return an answer to each input of a problem: a choice that it offers, what its script would send, else a number."""
    found: dict[str, str] = {}
    for field in re.findall(rf'name="(input_{re.escape(name)}_\d+_\d+(?:_\w+|\[\])?)"', page):
        offered = re.search(rf'name="{re.escape(field)}"[^>]*value="(choice_\w+)"', page)
        listed = re.search(rf'<select[^>]*name="{re.escape(field)}".*?<option value="([^"]+)"[^>]*>\s*[^<\s]', page, re.DOTALL)
        chosen = offered or listed
        found[field] = ANSWERS.get(name) or (chosen[1] if chosen else "1")
    return found


@pytest.fixture(scope="module")
def course() -> Course:
    return Course(DEMO)


def test_every_leaf_is_accounted_for(course: Course) -> None:
    shown = {leaf.id: course.show(leaf.id) for leaf in course.leaves}
    assert len(shown) == 319
    failed = {name: one.failed for name, one in shown.items() if one.failed}
    assert Counter(block_parts(name)[0] for name in failed) == NOT_FOR_US
    assert set(failed.values()) == {f"no block type {name}: not installed" for name in NOT_FOR_US}
    texts = [one for one in shown.values() if one.block_type == "html"]
    assert sum(one.inline_safe for one in texts) == 138


def test_every_problem_answers_and_keeps_the_answer(course: Course) -> None:
    told: Counter[str] = Counter()
    problems = [one for one in course.content.content.blocks.values() if one.type == "problem"]
    for one in problems:
        answers = answers_to(block_parts(one.id)[1], html.unescape(course.show(one.id).html))
        assert answers, one.id
        answer, events = course.check(one.id, answers)
        assert answer["success"] in {"correct", "incorrect"}, (one.id, answer["success"])
        assert {"grade", "completion"} <= events
        told[answer["success"]] += 1
        assert 'data-attempts-used="1"' in course.show(one.id).html
    assert sum(told.values()) == 29
    assert told["correct"] >= 4
