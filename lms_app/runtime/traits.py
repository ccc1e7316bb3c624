"""What the platform must know of a block type beyond its class: the one table that names types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Completes = Literal["", "view", "grade", "own", "never"]
"""When a block is done: seen, graded, when it says so itself, or not at all; '' asks the class."""

CONTRIB: Final = "xblocks-contrib"
OURS: Final = "takwin"
OWN_BLOCKS: Final = "takwin-xblocks"
TITLE: Final = ("display_name",)


@dataclass(frozen=True, kw_only=True)
class Traits:
    """The traits of one block type."""

    alias: str = ""
    """Name of the entry point, or of our own structural block, that plays this type; '' means the type's own name."""
    inline_safe: bool = False
    """May stand in the page itself, unless the block at hand says otherwise; all else is framed."""
    offline_safe: bool = False
    """Works, and takes answers, from a page kept on the phone."""
    needs_jquery: bool = False
    scorable: bool = False
    completes: Completes = ""
    translatable: tuple[str, ...] = TITLE
    """Fields that hold words; the class attribute `translatable_fields` has precedence."""
    hidden_failures: tuple[str, ...] = ()
    """Texts that its view shows instead of raising; the reason is then asked of its `author_view`."""
    package: str = ""
    """The distribution on the package index that ships it; '' when we do not know the type."""

    @property
    def heavy(self) -> bool:
        """Tell whether loading it imports all of `xblocks-contrib` (numpy, scipy, sympy: seconds and 150 MB)."""
        return self.package == CONTRIB

    @property
    def needs_django(self) -> bool:
        """Tell whether its class expects Django's settings: all blocks but our own may."""
        return self.package not in {OURS, OWN_BLOCKS}


def _contrib(name: str, **traits: Any) -> Traits:
    return Traits(alias=f"_{name}_extracted", package=CONTRIB, needs_jquery=True, **{"completes": "view", **traits})


def _structure(alias: str = "", *, completes: Completes = "never", translatable: tuple[str, ...] = TITLE) -> Traits:
    return Traits(alias=alias, inline_safe=True, offline_safe=True, completes=completes, translatable=translatable, package=OURS)


_HTML: Final = _structure("html", completes="view", translatable=("data", "display_name"))

TRAITS: Final[Mapping[str, Traits]] = {
    # Structure, and what every host must write itself.
    "course": _structure(),
    "chapter": _structure(),
    "sequential": _structure(),
    "problemset": _structure("sequential"),
    "videosequence": _structure("sequential"),
    "vertical": _structure(),
    "wrapper": _structure("vertical"),
    "library_content": _structure(),
    "itembank": _structure(),
    "split_test": _structure(),
    "randomize": _structure(),
    "conditional": _structure(translatable=("conditional_message", "display_name")),
    "discussion": _structure(completes="never", translatable=("display_name", "discussion_category", "discussion_target")),
    "html": _HTML,
    "about": _HTML,
    "static_tab": _HTML,
    "course_info": _HTML,
    # Open edX's own, from the package index.
    "problem": _contrib(
        "problem",
        scorable=True,
        completes="grade",
        translatable=("data", "markdown", "display_name"),
        hidden_failures=("Could not format HTML for problem", "Error formatting HTML for problem", 'class="problem-unavailable"'),
    ),
    "video": _contrib(
        "video",
        completes="own",
        translatable=(
            "display_name",
            "html5_sources",
            "youtube_id_1_0",
            "youtube_id_0_75",
            "youtube_id_1_25",
            "youtube_id_1_5",
            "edx_video_id",
            "source",
            "track",
            "sub",
            "transcripts",
            "handout",
            "thumbnail",
        ),
    ),
    "poll_question": _contrib("poll_question", translatable=("question", "answers", "display_name")),
    "word_cloud": _contrib("word_cloud", translatable=("instructions", "display_name")),
    "annotatable": _contrib("annotatable", translatable=("data", "display_name")),
    "lti": _contrib("lti", translatable=("description", "button_text", "display_name")),
    "pdf": Traits(
        package=CONTRIB,
        needs_jquery=True,
        completes="view",
        translatable=("display_name", "url", "source_text", "source_url"),
    ),
    "poll": Traits(
        package="xblock-poll",
        needs_jquery=True,
        completes="own",
        translatable=("display_name", "question", "answers", "feedback"),
    ),
    "survey": Traits(
        package="xblock-poll",
        needs_jquery=True,
        completes="own",
        translatable=("display_name", "block_name", "questions", "answers", "feedback"),
    ),
    "drag-and-drop-v2": Traits(
        package="xblock-drag-and-drop-v2",
        needs_jquery=True,
        scorable=True,
        completes="grade",
        translatable=("display_name", "question_text", "data"),
    ),
    "done": Traits(package="done-xblock", needs_jquery=True, scorable=True, completes="grade"),
    "acid": Traits(package="acid-xblock", needs_jquery=True, completes="never"),
    "acid_parent": Traits(package="acid-xblock", needs_jquery=True, completes="never"),
    # Known by name only: they import edx-platform, and are kept as they came.
    "openassessment": Traits(package="ora2", scorable=True),
    "edx_sga": Traits(package="edx-sga", scorable=True),
    "staffgradedxblock": Traits(package="staff-graded-xblock", scorable=True),
}

_FAMILY: Final = Traits(inline_safe=True, offline_safe=True, translatable=("display_name", "texts"), package=OWN_BLOCKS)
"""The blocks made for cooperatives: they need neither jQuery nor a frame."""
_STRANGER: Final = Traits(needs_jquery=True)
"""Any other type: framed, with jQuery, asked for the rest."""


def traits_of(block_type: str) -> Traits:
    """Return the traits of a type; an unknown one gets the cautious ones."""
    known = TRAITS.get(block_type)
    if known is not None:
        return known
    return _FAMILY if block_type.startswith("coop_") else _STRANGER


def translatable_fields(block_type: str, block_class: type | None = None) -> tuple[str, ...]:
    """Return the names of the fields that hold words, as the class itself says, else as the table does."""
    said = getattr(block_class, "translatable_fields", None)
    return tuple(said) if said else traits_of(block_type).translatable


def is_scorable(block_type: str, block_class: type | None = None) -> bool:
    """Tell whether blocks of this type can be graded."""
    if traits_of(block_type).scorable:
        return True
    said = getattr(block_class, "has_score", False)
    return said is True


def completes(block_type: str, block_class: type | None = None) -> Completes:
    """Return when blocks of this type are done, as the table says, else as the class does."""
    told = traits_of(block_type).completes
    if told:
        return told
    if getattr(block_class, "completion_mode", "completable") != "completable":
        return "never"
    if getattr(block_class, "has_custom_completion", False):
        return "own"
    return "grade" if is_scorable(block_type, block_class) else "view"
