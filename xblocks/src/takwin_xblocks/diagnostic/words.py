"""Name the steps of the scale, the bands and the moments in the reader's words."""

from __future__ import annotations

from takwin_xblocks.contract.voice import Voice

MOMENTS = ("before", "during", "after")


def scale_words(voice: Voice) -> tuple[str, ...]:
    """Return what 0, 1, 2, 3 and 4 mean."""
    _ = voice.words.gettext
    return (
        _("Not at all"),
        _("Begun"),
        _("Partly, not regularly"),
        _("Regularly"),
        _("Always, known by all and improved"),
    )


def unknown_words(voice: Voice, *, in_turns: bool) -> str:
    """Return what a statement is skipped with, said by a member or by the cooperative."""
    _ = voice.words.gettext
    return _("I do not know") if in_turns else _("We do not know")


def band_words(voice: Voice, band: str) -> str:
    """Return the name of a band."""
    _ = voice.words.gettext
    return {
        "emerging": _("Emerging"),
        "structuring": _("Structuring"),
        "consolidating": _("Consolidating"),
        "autonomous": _("Autonomous"),
    }[band]


def moment_words(voice: Voice, moment: str) -> str:
    """Return the name of the moment of a measure."""
    _ = voice.words.gettext
    return {
        "before": _("Before the accompaniment"),
        "during": _("During the accompaniment"),
        "after": _("After the accompaniment"),
    }.get(moment, moment)


def members_words(voice: Voice, count: int) -> str:
    """Return how many members have answered."""
    return voice.words.ngettext("{count} member has answered.", "{count} members have answered.", count).format(count=count)


def score_words(voice: Voice, score: int | None) -> str:
    """Return a score as it is shown, or a dash for none."""
    return "–" if score is None else voice.number(score, places=0)
