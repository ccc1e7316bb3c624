"""A Takwin to measure: one course with a unit of text and quiz, and learners who are signed in and enrolled."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from lms_app.app import compose
from lms_app.config import Settings, read_settings
from lms_app.domain.keys import BlockId, CourseKey, usage_key
from lms_app.migrations import migrate
from lms_app.model import Enrolment, Person, SignIn
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin

KEY = CourseKey("course-v1:Takwin+BENCH+2026")
UNIT = BlockId("vertical/unit")
QUIZ = BlockId("coop_quiz/quiz")
WORDS = "A cooperative belongs to those who use it; each member has one vote, whatever the shares. "
QUESTIONS = "".join(
    f'<question kind="single" id="q{n}"><prompt>Question {n}: who decides in the general assembly?</prompt>'
    '<choice id="a" correct="true">Each member, with one vote<feedback>Yes: one person, one vote.</feedback></choice>'
    '<choice id="b">Whoever has most shares<feedback>No: shares give no votes.</feedback></choice>'
    '<choice id="c">The manager alone<feedback>No: the manager carries out what was decided.</feedback></choice></question>'
    for n in range(1, 5)
)
ANSWER = json.dumps({"answers": {f"q{n}": ["a"] for n in range(1, 5)}})


@dataclass(frozen=True)
class World:
    """The place, and the cookies of its learners."""

    settings: Settings
    parts: Takwin
    course_id: int
    cookies: tuple[str, ...]
    """Values of the session cookie, one for each signed-in learner."""

    @property
    def page(self) -> str:
        """Return the path of the unit."""
        return f"/courses/{KEY}/unit/{UNIT}"

    @property
    def answer(self) -> str:
        """Return the path of the quiz's handler."""
        return f"/handler/{usage_key(KEY, QUIZ)}/submit"


def make_world(
    home: Path,
    *,
    port: int,
    learners: int = 50,
    blocks: int = 0,
    database: str = "",
    course: Callable[[Path, int], Path] | None = None,
) -> World:
    """Return a fresh Takwin in a folder, with so many learners and so many more blocks in other chapters of the course."""
    variables = {"TAKWIN_HOME": str(home), "TAKWIN_SITE_URL": f"http://localhost:{port}"}
    settings = read_settings({**variables, "TAKWIN_DATABASE_URL": database} if database else variables)
    migrate(settings)
    parts = compose(settings)
    folder = (course or write_course)(home / "bench-course", blocks)
    with transaction(parts.sessions) as session:
        report = import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=parts.clock(), publish=True)
        if report.is_refused:
            raise RuntimeError(report.problems)
        row = find_course_row(session, KEY)
        course_id = row.id if row else 0
    return World(settings, parts, course_id, add_learners(parts, course_id, learners))


def add_learners(parts: Takwin, course_id: int, count: int, *, first: int = 1, signed_in: bool = True) -> tuple[str, ...]:
    """Add people who are enrolled in the course; return the cookies of those signed in."""
    now = datetime.now(UTC)
    numbers = range(first, first + count)
    cookies = [f"{number}.{secrets.token_urlsafe(32)}" for number in numbers] if signed_in else []
    with transaction(parts.sessions) as session:
        for start in range(0, count, 5_000):
            some = numbers[start : start + 5_000]
            session.execute(insert(Person), [_person(number, now) for number in some])
            session.execute(
                insert(Enrolment),
                [{"person_id": number, "course_id": course_id, "last_unit": UNIT, "enrolled_at": now} for number in some],
            )
        if cookies:
            session.execute(insert(SignIn), [_sign_in(cookie, now) for cookie in cookies])
    return tuple(cookies)


def _person(number: int, now: datetime) -> dict[str, object]:
    return {
        "id": number,
        "user_name": f"learner{number}",
        "password_hash": "x",
        "uniquifier": f"u{number}",
        "name_latin": f"Learner {number}",
        "language": "en",
        "created_at": now,
    }


def _sign_in(cookie: str, now: datetime) -> dict[str, object]:
    number, token = cookie.split(".", 1)
    hashed = hashlib.sha256(token.encode()).hexdigest()
    later = now + timedelta(days=30)
    return {
        "person_id": int(number),
        "token_hash": hashed,
        "created_at": now,
        "seen_at": now,
        "expires_at": later,
        "device": "bench",
    }


def write_course(folder: Path, more_blocks: int) -> Path:
    """Write the course as OLX: the unit that is measured, and as many html blocks beside it as asked."""
    text = "".join(f"<p>{WORDS * 3}</p>" for _ in range(6))
    _write(folder / "course.xml", '<course url_name="2026" org="Takwin" course="BENCH"/>')
    chapters = ['<chapter url_name="first"/>']
    for number in range(0, more_blocks, 100):
        chapters.append(f'<chapter url_name="more{number}"/>')
        count = min(100, more_blocks - number)
        htmls = "".join(
            f'<html url_name="h{number + n}" display_name="Text">&lt;p&gt;{WORDS}&lt;/p&gt;</html>' for n in range(count)
        )
        vertical = f'<vertical url_name="v{number}" display_name="More">{htmls}</vertical>'
        inner = f'<sequential url_name="s{number}" display_name="More">{vertical}'
        _write(folder / "chapter" / f"more{number}.xml", f'<chapter display_name="More">{inner}</sequential></chapter>')
    _write(folder / "course" / "2026.xml", f'<course display_name="Bench" language="en">{"".join(chapters)}</course>')
    _write(folder / "html" / "text.xml", '<html filename="text" display_name="Text"/>')
    _write(folder / "html" / "text.html", text)
    _write(
        folder / "chapter" / "first.xml",
        '<chapter display_name="Chapter"><sequential url_name="lesson" display_name="Lesson" graded="true" format="Quiz">'
        '<vertical url_name="unit" display_name="Unit"><html url_name="text"/>'
        f'<coop_quiz url_name="quiz" display_name="Quiz">{QUESTIONS}</coop_quiz></vertical></sequential></chapter>',
    )
    policy = {"GRADER": [{"type": "Quiz", "min_count": 1, "drop_count": 0, "weight": 1.0}], "GRADE_CUTOFFS": {"Pass": 0.6}}
    _write(folder / "policies" / "2026" / "grading_policy.json", json.dumps(policy))
    return folder


def write_problem_course(folder: Path, _more_blocks: int) -> Path:
    """Write the course with one of Open edX's problems in place of our quiz, and a plain form of ours beside it."""
    write_course(folder, 0)
    chapter = folder / "chapter" / "first.xml"
    problem = (
        '<problem url_name="capa" display_name="Problem"><numericalresponse answer="42"><label>Six times seven?</label>'
        "<formulaequationinput/></numericalresponse></problem></vertical>"
    )
    chapter.write_text(chapter.read_text().replace("</vertical>", problem), encoding="utf-8")
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
