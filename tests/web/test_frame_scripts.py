"""Scripts of Open edX's platform that a frame loads before its blocks' own."""

from __future__ import annotations

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Rendered
from lms_app.web.blocks.libraries import early_scripts

LOADER = "/platform/js/capa/src/jschannel.js"


def rendered(html: str) -> Rendered:
    return Rendered(block=BlockId("problem/p"), block_type="problem", html=html)


def test_the_channel_of_authors_scripts_comes_first_and_once() -> None:
    holder = f"&lt;div class=&quot;script_placeholder&quot; data-src=&quot;{LOADER}&quot; /&gt;"
    assert early_scripts([rendered(holder), rendered(f'<div data-src="{LOADER}"></div>')]) == (LOADER,)


def test_a_problem_without_such_a_script_asks_for_nothing() -> None:
    assert early_scripts([rendered("<p>jschannel.js</p>"), rendered("")]) == ()
