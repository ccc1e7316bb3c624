"""Which libraries a frame loads: the platform of Open edX's blocks is large, and each block gets only the part that it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lms_app.domain.learning import Rendered
from lms_app.runtime.traits import TRAITS

BASE: Final = "vendor/base.js"
"""jQuery, underscore and the toolkit."""
_ICONS: Final = "vendor/font-awesome.css"
_BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "video": ("vendor/video.js", "vendor/jquery-ui.js", "vendor/jquery-ui.css"),
    "annotatable": ("vendor/qtip.js", "vendor/qtip.css"),
}
_SELF_SUFFICIENT: Final = frozenset(TRAITS) - set(_BY_TYPE)
"""Types that we know to need nothing else."""
_ALL: Final = tuple(dict.fromkeys(name for names in _BY_TYPE.values() for name in names))
_SCRIPTED: Final = re.compile(r"<script\b(?![^<>]*json)|\son[a-z]+\s*=", re.IGNORECASE)
_CHANNEL: Final = re.compile(r"""[^\s"'&;<>]+/jschannel\.js""")
_TYPE: Final = re.compile(r'data-block-type="([^"]+)"')


def libraries_for(rendered: Sequence[Rendered]) -> tuple[str, ...]:
    """Return the names of the bundles, scripts in the order in which they must run; a block that we don't know gets them all."""
    needs_jquery = any(one.needs_jquery for one in rendered)
    if not needs_jquery and not any(_SCRIPTED.search(one.html) for one in rendered):
        return ()
    types = {block_type for one in rendered for block_type in (one.block_type, *_TYPE.findall(one.html))}
    wanted = [BASE, _ICONS]
    for block_type in sorted(types - _SELF_SUFFICIENT):
        wanted += _BY_TYPE.get(block_type, _ALL if needs_jquery else ())
    return tuple(dict.fromkeys(wanted))


def early_scripts(rendered: Sequence[Rendered]) -> tuple[str, ...]:
    """Return the addresses of scripts that must be there before the blocks' own.

    A problem with a script of its author asks for `jschannel.js` and `jsinput.js` at once, and the second fails when it
    comes first ("Channel is not defined"): then the learner's answer is never read.
    """
    found = (_CHANNEL.search(one.html) for one in rendered)
    return tuple(dict.fromkeys(match[0] for match in found if match))
