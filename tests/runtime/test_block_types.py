"""Which class plays a type, and that no plug-in can stop the others."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from xblock.core import XBlock

from lms_app.domain.errors import NotFound
from lms_app.runtime import plugins
from lms_app.runtime.blocks import OWN, RawBlock
from lms_app.runtime.host import BlockHost
from lms_app.runtime.plugins import BlockTypes, installed_types, needs_heavy_import
from lms_app.runtime.traits import completes, is_scorable, traits_of, translatable_fields
from tests.fakes import MemoryCache


def test_our_own_blocks_play_their_types_and_the_old_names() -> None:
    types = BlockTypes()
    for name, block_class in OWN.items():
        assert types.load(name) is block_class
    assert types.load("videosequence") is OWN["sequential"]
    assert types.load("static_tab") is OWN["html"]


def test_an_unknown_type_is_kept_raw_and_says_why() -> None:
    types = BlockTypes()
    assert types.load("flying_carpet") is RawBlock
    assert types.why("flying_carpet") == "not installed"
    assert types.is_raw("flying_carpet")
    assert types.why("html") == ""


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_module_of_anyone:Block", "ModuleNotFoundError: No module named 'no_such_module_of_anyone'"),
        ("tests.runtime.test_block_types:nothing", "AttributeError: "),
        ("tests.runtime.test_block_types:Angry.load", "RuntimeError: not in INSTALLED_APPS"),
    ],
)
def test_a_plug_in_that_does_not_load_is_kept_raw(monkeypatch: pytest.MonkeyPatch, value: str, reason: str) -> None:
    entry = EntryPoint(name="carpet", value=value, group=plugins.BLOCKS)
    monkeypatch.setattr(plugins, "_installed", lambda _group: {"carpet": entry})
    types = BlockTypes()
    assert types.load("carpet") is RawBlock
    assert types.why("carpet").startswith(reason)


class _Exploding(type):
    @property
    def load(cls) -> Any:
        raise RuntimeError("not in INSTALLED_APPS")


class Angry(metaclass=_Exploding):
    """Raises while it is looked up, as Django's models do."""


def test_listing_what_is_installed_imports_nothing_heavy() -> None:
    program = """
import sys
from lms_app.runtime.host import BlockHost
class Cache:
    get = set = None
host = BlockHost(cache=Cache())
found = {plugin.type: plugin for plugin in host.survey(heavy=False)}
host.types.load("coop_quiz"), host.types.load("html")
assert found["problem"].heavy, found["problem"]
assert found["coop_quiz"].package == "takwin-xblocks"
print("xblocks_contrib" in sys.modules, "numpy" in sys.modules, "sympy" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "False False False\n"


def test_own_blocks_need_no_django() -> None:
    program = """
import sys
from lms_app.runtime.host import BlockHost
BlockHost(cache=None).preload(["html", "coop_quiz", "course", "library_content", "conditional", "flying_carpet"])
print("django" in sys.modules, "boto3" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "False False\n"


def test_types_are_called_as_courses_call_them() -> None:
    names = installed_types()
    assert {"problem", "video", "poll_question", "poll", "coop_quiz"} <= set(names)
    assert not [name for name in names if name.startswith("_")]
    assert needs_heavy_import(["html", "problem"])
    assert not needs_heavy_import(["html", "coop_quiz", "flying_carpet"])


def test_files_of_a_class_are_served_and_nothing_else() -> None:
    host = BlockHost(cache=MemoryCache())
    for uri in ("../__init__.py", "public/../quiz/block.py", "templates/quiz.html", "public/none.js", "public/", ""):
        with pytest.raises(NotFound):
            host.local_resource("coop_quiz", uri)
    for block_type in ("flying_carpet", "acid_aside", "html"):
        with pytest.raises(NotFound):
            host.local_resource(block_type, "public/a.js")


def test_asides_decorate_only_when_allowed() -> None:
    assert BlockTypes().asides == ()
    assert BlockTypes(asides=("acid_aside", "none_aside")).asides == ("acid_aside",)
    with pytest.raises(NotFound):
        BlockTypes().load_aside("acid_aside")


class Talking(XBlock):
    """A block that says for itself what the table can't know."""

    translatable_fields = ("prompt",)
    has_score = True


class Excluded(XBlock):
    """A block that is not to be completed."""

    completion_mode = "excluded"


def test_traits_come_from_the_table_and_else_from_the_class() -> None:
    assert traits_of("coop_anything").inline_safe
    assert not traits_of("flying_carpet").inline_safe
    assert translatable_fields("html") == ("data", "display_name")
    assert translatable_fields("carpet") == ("display_name",)
    assert translatable_fields("carpet", Talking) == ("prompt",)
    assert is_scorable("carpet", Talking)
    assert not is_scorable("carpet", XBlock)
    assert (completes("carpet", Talking), completes("carpet", Excluded), completes("carpet", XBlock)) == ("grade", "never", "view")
    assert (completes("problem"), completes("video"), completes("html"), completes("vertical")) == ("grade", "own", "view", "never")
