"""Looking at every block of a course as a learner would, and telling which can't be shown and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import CourseReader
from lms_app.domain.content import CONTAINERS, RAW_FIELD
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey, PersonId, UsageKey, usage_key
from lms_app.domain.learning import Learner, StateRow
from lms_app.model.content import Revision
from lms_app.runtime.host import BlockHost
from lms_app.runtime.learner import Visit
from lms_app.runtime.ports import Urls
from lms_app.services.authoring.importing import find_course_row
from lms_app.storage.blobs import Blobs

_NOBODY: Final = PersonId(0)


@dataclass(frozen=True)
class NotShown:
    """A block that a learner would not see."""

    usage: UsageKey
    type: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """Return it for `--json`."""
        return {"usage": self.usage, "type": self.type, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """How many blocks there are below the structure, how many a learner sees, and what is wrong with the others."""

    course: CourseKey
    language: str
    leaves: int
    rendered: int
    failed: tuple[NotShown, ...]
    by_type: Mapping[str, Mapping[str, int]]
    """Type → `{"leaves": …, "rendered": …}`."""

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`."""
        return {
            "course": self.course,
            "language": self.language,
            "leaves": self.leaves,
            "rendered": self.rendered,
            "failed": [one.as_json() for one in self.failed],
            "by_type": {block_type: dict(counts) for block_type, counts in self.by_type.items()},
        }


class _NoState:
    """The state of a learner who has just come: none at all."""

    def block_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:  # noqa: ARG002 -- the port's signature
        """Return nothing."""
        return {}

    shared_states = block_states

    def person_states(self, block_types: Collection[str]) -> Mapping[str, StateRow]:  # noqa: ARG002 -- the port's signature
        """Return nothing."""
        return {}


def check_course(
    session: Session,
    key: CourseKey,
    *,
    host: BlockHost,
    blobs: Blobs,
    urls: Callable[[CourseReader], Urls],
    language: str | None = None,
    published: bool = False,
) -> CheckReport:
    """Show every block of the draft (or of what is published) to a learner who does not exist, and keep nothing of it.

    A leaf is a block that is no course, chapter, sequential or vertical. Refuses (`NotFound`) a course that is not here.
    """
    course = find_course_row(session, key)
    chosen = (course.published_revision_id if published else course.draft_revision_id) if course else None
    revision = session.get(Revision, chosen) if chosen else None
    if course is None or revision is None:
        raise NotFound("no_such_course", key=key)
    content = CourseReader(session, key, revision.snapshot, language=language or course.source_language, blobs=blobs)
    leaves = [entry for entry in content.outline.entries.values() if entry.type not in CONTAINERS]
    content.prefetch([entry.id for entry in leaves])
    found, shown, failed = Counter[str](), Counter[str](), []
    for entry in leaves:
        found[entry.type] += 1
        reason = _reason(host, content, entry.id, urls)
        if reason:
            failed.append(NotShown(usage_key(key, entry.id), entry.type, reason))
        else:
            shown[entry.type] += 1
    return CheckReport(
        course=key,
        language=content.language,
        leaves=len(leaves),
        rendered=shown.total(),
        failed=tuple(failed),
        by_type={block_type: {"leaves": found[block_type], "rendered": shown[block_type]} for block_type in sorted(found)},
    )


def _reason(host: BlockHost, content: CourseReader, block: BlockId, urls: Callable[[CourseReader], Urls]) -> str:
    """Return why the block can't be shown; '' when it can. A placeholder and an error text are not the block."""
    if RAW_FIELD in content.block(block).fields:
        return host.types.why(content.entry(block).type) or "its XML could not be read when it was imported"
    visit: Visit = host.visit(content=content, learner=_newcomer(content.language), state=_NoState(), urls=urls(content))
    return visit.render(block).failed


def _newcomer(language: str) -> Learner:
    return Learner(
        person_id=_NOBODY,
        user_name="newcomer",
        full_name="Newcomer",
        anonymous_id="0" * 32,
        language=language,
    )
