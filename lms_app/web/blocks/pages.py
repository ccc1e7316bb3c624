"""A unit's blocks as parts of a page: those that stand in it, and one frame for each run of neighbours that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from lms_app.domain.errors import NeedsSignIn
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Rendered, Resource
from lms_app.runtime.page import SCRIPT, Page, Segment, assemble
from lms_app.services.learning.answering import Desk
from lms_app.web.blocks.libraries import early_scripts, libraries_for
from lms_app.web.blocks.policies import FRAME_RIGHTS
from lms_app.web.blocks.shipped import is_ours_already, own_fonts
from lms_app.web.blocks.tokens import Pass, Passes
from lms_app.web.context import takwin, visit
from lms_app.web.i18n import language

STYLE = "text/css"


@dataclass(frozen=True)
class Shown:
    """One block in the page, or one frame of several."""

    inline: bool
    html: Markup
    language: str
    title: str = ""


@dataclass(frozen=True)
class UnitParts:
    """What a unit's template puts out."""

    segments: tuple[Shown, ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    has_frames: bool


@dataclass(frozen=True)
class FramePart:
    """One block in a frame, and the scripts that must have run before it starts."""

    html: Markup
    language: str
    scripts: tuple[dict[str, str], ...]
    """`{"url": …}` or `{"text": …}`, in order."""


@dataclass(frozen=True)
class FrameParts:
    """What a frame's template puts out."""

    title: str
    parts: tuple[FramePart, ...]
    styles: tuple[str, ...]
    inline_styles: tuple[Markup, ...]
    templates: tuple[Markup, ...]
    """Pieces of HTML that blocks want in the page as they are."""
    library_scripts: tuple[str, ...]
    library_styles: tuple[str, ...]
    early_scripts: tuple[str, ...] = ()
    """Addresses of scripts of a block's platform that must have run before those of the blocks."""


def unit_parts(page: Page, desk: Desk, *, unit: BlockId) -> UnitParts:
    """Return the unit's segments; a frame's address carries a pass for this learner and this unit."""
    shown: list[Shown] = []
    for segment in page.segments:
        if segment.framed:
            shown.append(_framed(segment, desk, unit=unit))
        else:
            shown += [
                Shown(
                    inline=True,
                    html=Markup(part.rendered.html),  # noqa: S704 -- an inline-safe block's
                    language=part.rendered.language,
                    title=part.rendered.title,
                )
                for part in segment.parts
            ]
    resources = page.inline_resources
    return UnitParts(tuple(shown), _urls(resources, STYLE), _urls(resources, SCRIPT), has_frames=page.is_framed)


def frame_parts(rendered: Sequence[Rendered]) -> FrameParts:
    """Return what stands in a frame with these blocks."""
    segments = assemble(rendered).segments
    parts = [part for segment in segments for part in segment.parts]
    resources = tuple(dict.fromkeys(one for segment in segments for one in segment.resources))
    libraries = libraries_for(rendered)
    return FrameParts(
        title=_title(rendered),
        parts=tuple(
            FramePart(
                html=Markup(part.rendered.html),  # noqa: S704 -- this document is for whatever authors write
                language=part.rendered.language,
                scripts=tuple({one.kind: one.data} for one in part.resources if one.mimetype == SCRIPT),
            )
            for part in parts
        ),
        styles=tuple(url for url in _urls(resources, STYLE) if not is_ours_already(url)),
        inline_styles=tuple(
            Markup(own_fonts(one.data).replace("</", "<\\/"))  # noqa: S704 -- can't end its element
            for one in resources
            if one.mimetype == STYLE and one.kind == "text"
        ),
        templates=tuple(
            Markup(one.data)  # noqa: S704 -- this document is for whatever authors write
            for one in resources
            if one.mimetype == "text/html"
        ),
        library_scripts=tuple(name for name in libraries if name.endswith(".js")),
        library_styles=tuple(name for name in libraries if name.endswith(".css")),
        early_scripts=early_scripts(rendered),
    )


def _title(rendered: Sequence[Rendered]) -> str:
    return " · ".join(one.title for one in rendered if one.title) or gettext("Activity")


def frame_pass(desk: Desk, unit: BlockId) -> str:
    """Return a new pass for the frames of a unit; raise `NeedsSignIn` when nobody is signed in."""
    here = visit()
    if here is None:
        raise NeedsSignIn
    return Passes(takwin().secret_key).write(Pass(desk.person, desk.course.key, unit, language(), here.device))


def _framed(segment: Segment, desk: Desk, *, unit: BlockId) -> Shown:
    origin = takwin().settings.blocks_origin
    rendered = [part.rendered for part in segment.parts]
    place = url_for("blocks.frame", token=frame_pass(desk, unit), count=len(rendered), first=rendered[0].block)
    address, title = f"{origin or ''}{place}", _title(rendered)
    # With an origin of its own the frame may keep it; without one it gets none at all (an opaque origin).
    rights = f"{FRAME_RIGHTS} allow-same-origin" if origin else FRAME_RIGHTS
    html = Markup(
        '<iframe class="tk-frame" src="{}" title="{}" sandbox="{}" allow="fullscreen; autoplay" '
        'data-renew="{}" referrerpolicy="no-referrer"></iframe>'
    ).format(address, title, rights, url_for("learn.renew", course_key=desk.course.key, unit=unit))
    if origin is None:
        html += Markup('<p class="tk-small tk-soft">{}</p>').format(
            gettext(
                "This site has no separate address for activities by others, so some of them can't keep settings on your device."
            )
        )
    noscript = gettext("This activity needs JavaScript. Switch it on in your browser to take part.")
    html += Markup('<noscript><p class="tk-notice">{}</p></noscript>').format(noscript)
    return Shown(inline=False, html=html, language=segment.parts[0].rendered.language, title=title)


def _urls(resources: Sequence[Resource], mimetype: str) -> tuple[str, ...]:
    return tuple(one.data for one in resources if one.kind == "url" and one.mimetype == mimetype)
