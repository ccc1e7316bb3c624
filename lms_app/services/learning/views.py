"""What pages of learning show, as frozen facts: templates can ask nothing more of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lms_app.domain.eligibility import Line
from lms_app.domain.grading import Grade
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.page import Page


@dataclass(frozen=True)
class CourseCard:
    """A course in the catalogue."""

    key: CourseKey
    title: str
    language: str
    """Of the title."""
    languages: tuple[str, ...]
    summary: str
    needs_code: bool
    is_enrolled: bool
    completion: float | None
    """0 to 1 for an enrolled reader, else None."""
    hours: float | None = None
    paper: str = ""
    """The kind of the paper that says most among those that the course gives; '' for a course that gives none."""


@dataclass(frozen=True)
class UnitLink:
    """A unit in an outline or beside the one that is open."""

    id: BlockId
    title: str
    done: float
    """0 to 1."""
    is_released: bool = True


@dataclass(frozen=True)
class Lesson:
    """A sequential with its units."""

    id: BlockId
    title: str
    units: tuple[UnitLink, ...]
    is_graded: bool
    format: str
    due: datetime | None
    opens: datetime | None
    """Set while it is not open yet."""
    has_more_time: bool = False
    """Whether `due` is later for this learner than for others."""

    @property
    def done(self) -> float:
        """Return the mean over the units."""
        return sum(unit.done for unit in self.units) / len(self.units) if self.units else 0.0


@dataclass(frozen=True)
class Chapter:
    """A chapter with its lessons."""

    id: BlockId
    title: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class AwardView:
    """A paper that a course gives: held, earned, or what is still missing for it, line by line."""

    kind: str
    lines: tuple[Line, ...]
    is_earned: bool
    valid_months: int | None
    code: str = ""
    """Of the certificate that the learner has; '' for none."""
    state: str = ""
    """Of that certificate: `valid`, `expired`, `suspended` or `revoked`."""
    valid_until: date | None = None


@dataclass(frozen=True)
class CoursePage:
    """A course's own page: what it is, and for those in it the outline with progress."""

    key: CourseKey
    title: str
    language: str
    """Of the content shown."""
    languages: tuple[str, ...]
    overview: str
    """HTML of the author, as it is: the web layer cleans it."""
    summary: str
    needs_code: bool
    is_enrolled: bool
    is_staff: bool
    chapters: tuple[Chapter, ...]
    completion: float
    resume: BlockId | None
    """The unit where the reader stopped, or the first one."""
    certificate_code: str
    awards: tuple[AwardView, ...]
    """What the course gives; where the reader stands before it when they are in the course."""
    hours: float | None
    way_in: str = "open"
    """`open`, `code`, `list`, `cohort`, or `none` for an archived course."""


@dataclass(frozen=True)
class UnitView:
    """One unit, open."""

    key: CourseKey
    course_title: str
    id: BlockId
    title: str
    language: str
    languages: tuple[str, ...]
    chapter_title: str
    lesson_title: str
    page: Page
    siblings: tuple[UnitLink, ...]
    """The units of the same lesson, this one among them."""
    previous: BlockId | None
    next: BlockId | None
    due: datetime | None
    closes: datetime | None
    is_closed: bool
    is_staff: bool
    more_time: datetime | None = None
    """Until when this learner may still answer, where that is later than for others."""


@dataclass(frozen=True)
class Decided:
    """Points that a trainer decided by hand, with the reason that the learner reads."""

    title: str
    earned: float
    possible: float
    reason: str


@dataclass(frozen=True)
class ProgressView:
    """A learner's grade and completion in a course."""

    key: CourseKey
    title: str
    language: str
    learner: str
    grade: Grade
    pass_mark: float
    completion: float
    awards: tuple[AwardView, ...]
    chapters: tuple[Chapter, ...]
    decided: tuple[Decided, ...] = ()


@dataclass(frozen=True)
class GradebookRow:
    """A learner in the gradebook."""

    person_id: int
    name: str
    user_name: str
    cohort: str
    shares: tuple[float | None, ...]
    """By assignment type, in the order of `GradebookView.columns`."""
    grade: float | None
    completion: float
    passed_at: datetime | None
    by_hand: int = 0
    """Exercises whose points a trainer decided."""


@dataclass(frozen=True)
class GradebookView:
    """A page of the learners of a course (or of one cohort), with what they earned."""

    key: CourseKey
    title: str
    columns: tuple[str, ...]
    rows: tuple[GradebookRow, ...]
    cohorts: tuple[tuple[int, str, int], ...]
    """`(id, name, learners)`."""
    cohort_id: int | None
    words: str = ""
    """What names were searched for."""
    count: int = 0
    page: int = 1
    pages: int = 1
