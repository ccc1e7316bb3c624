"""Puts rendered blocks together as one page: what stands in it, what goes into frames, and which scripts come when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lms_app.domain.learning import Rendered, Resource

SCRIPT = "application/javascript"


@dataclass(frozen=True)
class Part:
    """One block of a page, and what must be loaded for it that is not there yet.

    The page keeps this order: resources of the part in their order, then its HTML is started, then the next part. Two
    packages may define a function of one name (both polls do); the one loaded last is the one that starts.
    """

    rendered: Rendered
    resources: tuple[Resource, ...]


@dataclass(frozen=True)
class Segment:
    """Neighbouring blocks that share a document: the page itself, or one frame."""

    framed: bool
    parts: tuple[Part, ...]

    @property
    def needs_jquery(self) -> bool:
        """Whether a block in it wants jQuery."""
        return any(part.rendered.needs_jquery for part in self.parts)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All that its parts load, each once, in order."""
        return _unique(resource for part in self.parts for resource in part.resources)


@dataclass(frozen=True)
class Page:
    """A unit, ready for a template."""

    segments: tuple[Segment, ...]

    @property
    def inline_resources(self) -> tuple[Resource, ...]:
        """What the page itself loads, each once, in order."""
        return _unique(resource for segment in self.segments if not segment.framed for resource in segment.resources)

    @property
    def is_framed(self) -> bool:
        """Whether any block needs a frame."""
        return any(segment.framed for segment in self.segments)


def assemble(rendered: Sequence[Rendered]) -> Page:
    """Return the page of these blocks in order: neighbouring framed blocks share one frame, all others stand in the page."""
    inline = _Document()
    segments = []
    for safe, group in groupby(rendered, key=lambda one: one.inline_safe):
        document = inline if safe else _Document()
        segments.append(Segment(framed=not safe, parts=tuple(document.add(one) for one in group)))
    return Page(segments=tuple(segments))


class _Document:
    """What a document has loaded so far."""

    def __init__(self) -> None:
        self._loaded: set[Resource] = set()
        self._starts: dict[str, tuple[Resource, ...]] = {}
        """By the name of a starting function: the scripts after which it was last defined."""

    def add(self, rendered: Rendered) -> Part:
        scripts = tuple(resource for resource in rendered.resources if resource.mimetype == SCRIPT)
        # Loaded again when another package has since defined a function of the same name.
        again = any(self._starts.get(name, scripts) != scripts for name in rendered.inits)
        self._starts |= dict.fromkeys(rendered.inits, scripts)
        needed = tuple(
            resource for resource in rendered.resources if resource not in self._loaded or (again and resource.mimetype == SCRIPT)
        )
        self._loaded |= set(rendered.resources)
        return Part(rendered=rendered, resources=needed)


def _unique(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(dict.fromkeys(resources))
