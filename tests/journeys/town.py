"""A small town for the pages: two courses in every state, and somebody of each kind who reads Arabic and somebody who reads French."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from lms_app.domain.actors import ANONYMOUS, SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.keys import PersonId
from lms_app.model import Cohort, Course, Credential, Measurement, Reminder, RoleGrant, Score, WorkingCopy
from lms_app.model.work import BlockRecord, Extension
from lms_app.services.accounts import recovery
from lms_app.services.authoring import arranging, creating, libraries
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.shipped import load_shipped
from lms_app.services.credentials import requests, revoking, sharing
from lms_app.services.credentials.checking import sealed_record
from lms_app.storage.session import Session
from lms_app.storage.transaction import transaction
from takwin_certificates import codes
from tests.certified import issue
from tests.journeys.caller import Caller
from tests.journeys.learner import COURSE, REFERENCE

STATES = "course-v1:Takwin+STATES+2026"
"""A course whose lessons are closed, not open yet, empty, framed, or of a kind that nobody plays."""
BY_CODE = "course-v1:Takwin+CODE+2026"
"""The same behind a code, with no learner and no cohort; its draft differs from what is published."""
DRAFT = "course-v1:Takwin+DRAFT+2026"
LANGUAGES = ("ar", "fr")
NAMES = {"name_arabic": "أمينة واعزيز", "name_latin": "Amina Ouaziz"}
_QUIZ = """<coop_quiz display_name="Question">
  <question kind="single" id="votes"><prompt>Un membre détient dix parts. Combien de voix a-t-il ?</prompt>
    <choice id="one" correct="true">Une</choice><choice id="ten">Dix</choice></question></coop_quiz>"""
_FILES = {
    "course.xml": '<course url_name="2026" org="Takwin" course="{course}"/>',
    "course/2026.xml": '<course display_name="États d’une leçon" language="fr" start="2026-01-01T00:00:00Z">'
    '<chapter url_name="c"/></course>',
    "chapter/c.xml": '<chapter display_name="Tous les états"><sequential url_name="open"/><sequential url_name="closed"/>'
    '<sequential url_name="later"/></chapter>',
    "sequential/open.xml": '<sequential display_name="Ouverte"><vertical url_name="framed"/><vertical url_name="unknown"/>'
    '<vertical url_name="empty"/><vertical url_name="hall"/></sequential>',
    "sequential/closed.xml": '<sequential display_name="Fermée" format="Devoir" graded="true" due="2026-02-01T00:00:00Z">'
    '<vertical url_name="over"/></sequential>',
    "sequential/later.xml": '<sequential display_name="Plus tard" start="2099-01-01T00:00:00Z"><vertical url_name="later"/></sequential>',
    "vertical/framed.xml": '<vertical display_name="Dans un cadre"><html url_name="framed"/></vertical>',
    "vertical/unknown.xml": '<vertical display_name="Inconnu"><mystery_game url_name="what"/></vertical>',
    "vertical/empty.xml": '<vertical display_name="Vide"/>',
    "vertical/hall.xml": '<vertical display_name="En salle"><coop_attendance url_name="hall"/></vertical>',
    "vertical/over.xml": '<vertical display_name="Trop tard"><coop_quiz url_name="over"/></vertical>',
    "vertical/later.xml": '<vertical display_name="Pas encore"><coop_quiz url_name="later"/></vertical>',
    "html/framed.xml": '<html display_name="Compteur" filename="framed"/>',
    "html/framed.html": "<p>Un texte avec un script d’auteur.</p><p id='out'></p>"
    "<script>document.getElementById('out').textContent = 'compté';</script>",
    "mystery_game/what.xml": '<mystery_game display_name="Jeu"/>',
    "coop_attendance/hall.xml": '<coop_attendance display_name="Deux jours à Zagora">'
    '<halfday id="am" date="2027-03-15" starts="09:00" hours="3.5"/></coop_attendance>',
    "coop_quiz/over.xml": _QUIZ,
    "coop_quiz/later.xml": _QUIZ,
}


@dataclass
class Town:
    """Everything that an address of a page may name."""

    live: Any
    folder: Path
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)
    """(who, language) → the cookie of somebody signed in."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What stands in braces in the addresses of `pages.PAGES`; where it differs by language, under `name_ar`, `name_fr`."""

    @property
    def site(self) -> str:
        return self.live.site


def build(live: Any, folder: Path) -> Town:
    """Fill a new site."""
    town = Town(live, folder)
    _courses(town)
    _people(town)
    _certificates(town)
    _checks(town)
    _register(town)
    _follow_up(town)
    _teaching(town)
    return town


def _teaching(town: Town) -> None:
    """Let work wait for a judge, with one learner whose work came back, one who is stuck, and more time for one."""
    now, numbers = town.live.parts.clock(), town.facts["numbers"]
    course, states = numbers[COURSE], numbers[STATES]
    with transaction(town.live.parts.sessions) as session:
        for number, language in enumerate(LANGUAGES, start=1):
            person = town.facts[f"learner_{language}"]
            common = {"course_id": course, "block_id": "coop_quiz/quiz-meaning", "version": 1, "data": {"round": number}}
            times = {"created_at": now - timedelta(days=9), "updated_at": now}
            for key, state in ((f"work/{number}", "waiting"), (f"again/{number}", "returned")):
                who = {"learner_id": person, "author_id": person}
                session.add(BlockRecord(key=key, kind="work", state=state, **who, **common, **times))
            session.merge(
                Score(
                    person_id=person,
                    course_id=course,
                    block_id="coop_quiz/quiz-history",
                    earned=1.0,
                    possible=7.0,
                    scored_at=now,
                    override_earned=3.0,
                    override_possible=7.0,
                    override_reason="أجابت شفويا أمام المجموعة",
                    override_at=now,
                )
            )
        given = {"closes_at": now + timedelta(days=30), "reason": "La route était coupée", "granted_at": now}
        session.add(Extension(person_id=town.facts["learner_fr"], course_id=states, block_id="sequential/closed", **given))


def archive(folder: Path, course: str = "STATES", **changed: str) -> Path:
    """Write the course of all states as a tar.gz."""
    path = folder / f"{course}.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        for name, text in {**_FILES, **changed}.items():
            data = text.replace("{course}", course).encode()
            entry = tarfile.TarInfo(f"course/{name}")
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return path


def _courses(town: Town) -> None:
    here, now = town.live.parts, town.live.parts.clock()
    with transaction(here.sessions) as session:
        list(load_shipped(session, blobs=here.blobs, types=here.host.types, now=now))
        for course in ("STATES", "CODE", "DRAFT"):
            source = archive(town.folder, course)
            import_course(session, source, blobs=here.blobs, types=here.host.types, now=now, publish=course != "DRAFT")
        newer = archive(town.folder, "CODE", **{"html/framed.html": "<p>Un autre texte.</p>"})
        import_course(session, newer, blobs=here.blobs, types=here.host.types, now=now, publish=False)
        session.execute(update(Course).where(Course.key == BY_CODE).values(enrolment="code", enrolment_code="argan"))
        numbers = dict(session.execute(select(Course.key, Course.id)).all())
        row = session.scalars(select(Course).where(Course.key == BY_CODE)).one()
        town.facts |= {"newest_revision": row.draft_revision_id, "published_revision": row.published_revision_id}
        cohort = Cohort(
            course_id=numbers[COURSE], name="Souss 3 – الفوج الثالث", country="MA", region="Souss-Massa", place="Taroudant", created_at=now,
            starts_on=date(2026, 10, 5), ends_on=date(2026, 12, 18), enrolment_code="souss3",
        )  # fmt: skip
        session.add(cohort)
        session.flush()
        town.facts |= {
            "course": COURSE,
            "states": STATES,
            "by_code": BY_CODE,
            "draft": DRAFT,
            "cohort": cohort.id,
            "numbers": numbers,
        }
    town.facts["archive"] = str(archive(town.folder, "SENT"))


def _people(town: Town) -> None:
    people, numbers, cohort = town.live.people, town.facts["numbers"], town.facts["cohort"]
    course, states = numbers[COURSE], numbers[STATES]
    for language in LANGUAGES:
        who = {
            "newcomer": people.person(language=language, **NAMES),
            "learner": people.learner(course, cohort, language=language, country="MA", phone="+212612345678", **NAMES),
            "graduate": people.learner(course, cohort, language=language, **NAMES),
            "unnamed": people.learner(course, language=language),
            "trainer": people.trainer(course, language=language, name_arabic="سميرة بناني", name_latin="Samira Bennani"),
            "admin": people.admin(language=language, email=f"{language}@example.org"),
            "coordinator": people.coordinator(
                course, language=language, name_arabic="كريمة أوحساين", name_latin="Karima Ouhssaine"
            ),
        }
        people.enrol(who["learner"], states)
        _grant(town, who["trainer"], Place(PlaceKind.COURSE, numbers[BY_CODE]), Place(PlaceKind.COURSE, numbers[DRAFT]), SITE)
        _clash(town, who["trainer"], course)
        for role, person in who.items():
            town.cookies[role, language] = people.cookie(person, device="Chrome · Android")
        town.facts[f"learner_{language}"] = who["learner"]
        callers = {role: Caller(town.site, town.cookies[role, language]) for role in ("learner", "graduate", "unnamed")}
        callers["learner"].get(f"/courses/{COURSE}/unit/vertical/unit-story")
        callers["learner"].answer("coop_quiz/quiz-meaning", {**REFERENCE["coop_quiz/quiz-meaning"], "need": "donor", "extra": "12"})
        for quiz, answers in REFERENCE.items():
            for role in ("graduate", "unnamed"):
                assert callers[role].answer(quiz, answers).status == 200
        with transaction(town.live.parts.sessions) as session:
            (link,) = recovery.links(
                session, f"{language}@example.org", secret_key=town.live.parts.secret_key, now=town.live.parts.clock()
            )
        town.facts[f"recovery_{language}"] = link.token
        town.facts[f"graduate_{language}"] = who["graduate"]


def _clash(town: Town, trainer: int, course: int) -> None:
    """Let a trainer have texts in hand that were made from a state that nobody remembers: the two sides stand beside each other."""
    texts = {"display_name": "قيم التعاونية", "data": "<p>Self-help, and <b>solidarity</b> above all.</p>"}
    now = town.live.parts.clock()
    with transaction(town.live.parts.sessions) as session:
        session.add(
            WorkingCopy(
                course_id=course, block_id="html/values", person_id=trainer, base="0" * 64, changes=texts, number=1,
                problem="edit_conflict", touched_at=now,
            )
        )  # fmt: skip


def _follow_up(town: Town) -> None:
    """Give each learner a diagnostic before and after, and a plan whose day has come."""
    now, course = town.live.parts.clock(), town.facts["numbers"][COURSE]
    pillars = {"governance": (38, 67), "finance": (52, 48), "marketing": (None, 61), "innovation": (21, 40)}
    with transaction(town.live.parts.sessions) as session:
        for language, (number, moment) in product(LANGUAGES, enumerate(("before", "after"))):
            scores = {pillar: both[number] for pillar, both in pillars.items()}
            data = {"pillars": [{"id": name, "score": score, "answered": 6, "spread": 2} for name, score in scores.items()]}
            session.add(
                Measurement(
                    person_id=town.facts[f"learner_{language}"], course_id=course, block_id="coop_diagnostic/gone", number=number + 1,
                    cohort_id=town.facts["cohort"], kind="diagnostic", moment=moment, cooperative="تعاونية تايتماتين للأركان",
                    respondents=7, overall=37.0 + 17 * number, data=data, measured_at=now - timedelta(days=200 - 180 * number),
                )
            )  # fmt: skip
        for language in LANGUAGES:
            session.add(
                Reminder(
                    person_id=town.facts[f"learner_{language}"], course_id=course, block_id="coop_quiz/quiz-meaning", months=3,
                    due_on=now.date(), created_at=now,
                )
            )  # fmt: skip
        author = Actor(PersonId(town.facts["learner_fr"]))
        town.facts["empty"] = creating.create_course(
            session, author, org="Takwin", course="EMPTY", run="2026", title="Un cours neuf", language="fr", now=now
        )
        _library(town, session, author, now=now)


def _library(town: Town, session: Session, author: Actor, *, now: datetime) -> None:
    """Two questions, one of which changed since a course drew both."""
    told = {"message": "", "now": now}
    library = libraries.create_library(session, author, title="Une banque", language="fr", topic="Les parts", **told)
    unit = open_draft(session, library).outline.of_type("vertical")[0].id
    drawn = [
        arranging.add_block(session, author, library, unit, "coop_quiz", title=f"Question {number}", **told) for number in (1, 2)
    ]
    drawing = creating.create_course(session, author, title="Un cours qui tire", language="fr", with_lesson=True, now=now)
    into = next(block for block in open_draft(session, drawing).outline.entries if block.startswith("vertical/"))
    everybody = Actor(author.person_id, roles=frozenset({(Role.SITE_ADMIN, SITE)}))
    bank = libraries.draw(
        session,
        everybody,
        drawing,
        into,
        library=library,
        chosen=drawn,
        count=1,
        title="Tirées",
        types=town.live.parts.host.types,
        **told,
    )
    arranging.rename_block(session, author, library, drawn[0], title="Question corrigée", **told)
    town.facts |= {"library": library, "drawing": drawing, "drawing_unit": into, "bank": bank}


def _certificates(town: Town) -> None:
    here = town.live.parts
    with transaction(here.sessions) as session:
        found = {
            row.person_id: row
            for row in session.scalars(select(Credential).where(Credential.course_id == town.facts["numbers"][COURSE]))
        }
        genuine, withdrawn = found[town.facts["graduate_ar"]], found[town.facts["graduate_fr"]]
        revoking.revoke(session, ANONYMOUS, withdrawn.code, reason="Délivré par erreur à une homonyme.", now=here.clock())
        forged = Credential(
            person_id=genuine.person_id, course_id=genuine.course_id, award="another", code=codes.generate(), signature=genuine.signature,
            record=genuine.record.replace("Amina", "Anissa"), key_id=genuine.key_id, issued_at=here.clock(),
        )  # fmt: skip
        session.add(forged)
        town.facts |= {"genuine": genuine.code, "withdrawn": withdrawn.code, "forged": forged.code, "unknown": codes.generate()}


def _register(town: Town) -> None:
    """Give each graduate another certificate, with a link that shows it and a request that waits, and some in the other states."""
    here, course = town.live.parts, town.facts["numbers"][COURSE]
    now, asker = here.clock(), town.live.people.coordinator(course, name_arabic="إدريس العمراني", name_latin="Driss Amrani")
    for language in LANGUAGES:
        person, row = town.facts[f"graduate_{language}"], {"course_id": course, "holder": "amina"}
        own = issue(here, person, columns=row, valid_until=now.date() + timedelta(days=60), **NAMES)
        waiting = issue(here, person, columns={**row, "suspended_at": now, "suspended_reason": "À vérifier"}, **NAMES)
        with transaction(here.sessions) as session:
            shared = sharing.share(session, PersonId(person), own.code, shows=sharing.CHOICES, last_day=None, now=now)
            requests.ask(
                session, Actor(PersonId(asker)), waiting.code, kind=requests.Kind.REINSTATE, reason="C’est vérifié.", now=now
            )
        town.facts |= {f"own_{language}": own.code, f"waiting_{language}": waiting.code, f"shared_{language}": shared}
    town.facts["old_register"] = str(town.folder / "old.csv")
    Path(town.facts["old_register"]).write_text(
        "number,holder,title,issued_on\nA-1,أمينة,Gestion,2019-03-07\n,x,y,32/01/2019\n", "utf-8"
    )


def _checks(town: Town) -> None:
    """Issue certificates with every fact there can be, in the states that look different to whoever checks them."""
    here, person = town.live.parts, town.facts["graduate_fr"]
    full = issue(here, person, number="MA-GOV-2026-000123-7")
    suspended = issue(
        here, person, columns={"suspended_at": here.clock(), "suspended_reason": "Vérification des feuilles de présence."}
    )
    lost = issue(here, person, is_kept=False, language="ar")
    sealed = town.folder / "record.json"
    with transaction(here.sessions, writes=False) as session:
        sealed.write_bytes(sealed_record(session, full.code))
    slip = full.code[:-1] + ("0" if full.code[-1] != "0" else "1")
    town.facts |= {"full": full.token, "suspended": suspended.code, "gone": lost.token, "number": full.record.number}
    town.facts |= {"slip": slip, "sealed": str(sealed), **{f"tongue_{language}": language for language in LANGUAGES}}


def _grant(town: Town, person: int, *places: Place) -> None:
    with transaction(town.live.parts.sessions) as session:
        for place in places:
            session.add(
                RoleGrant(
                    person_id=person,
                    role=str(Role.TRAINER),
                    place_kind=str(place.kind),
                    place_id=place.id,
                    granted_at=town.live.parts.clock(),
                    granted_by=None,
                )
            )
