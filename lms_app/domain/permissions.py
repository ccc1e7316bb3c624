"""The permission table: which roles, held in which place, allow which action."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lms_app.domain.actors import SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.errors import NeedsSignIn, Refused


class Action(StrEnum):
    """What people do that not everybody may do everywhere."""

    LOOK = "look"
    """Pages for everyone: catalogue, course page, sign-up, verification."""
    OWN_ACCOUNT = "own_account"
    """One's own profile, data, certificates, enrolments."""
    LEARN = "learn"
    """Open units and answer: learners of the course, those who run it, and those who train one of its cohorts."""
    SEE_GRADES = "see_grades"
    """The gradebook of a course or cohort."""
    EDIT_COURSE = "edit_course"
    """Change, import into, export and publish one course."""
    CREATE_COURSE = "create_course"
    """Bring a new course into the site."""
    NAME_TRAINERS = "name_trainers"
    """Make somebody a trainer of a course, or take that back. One hands on only what one holds oneself."""
    NAME_COORDINATORS = "name_coordinators"
    """Make somebody a coordinator of a course, who decides on certificates: not for trainers, who earn by them."""
    RUN_PEOPLE = "run_people"
    """Who learns in a course: enrol, invite, move between cohorts, take out; and see who makes and runs it."""
    NOTE_ATTAINMENTS = "note_attainments"
    """Write down hours attended, tasks accepted and levels observed, of others only."""
    RUN_COHORT = "run_cohort"
    """Members and trainers of a cohort; recovery codes for its members."""
    CREATE_COHORT = "create_cohort"
    """Open a cohort for a course."""
    KEEP_REGISTRY = "keep_registry"
    """Look up the certificates of a course or cohort, list them, and ask that one be suspended, withdrawn or corrected."""
    REVOKE_CREDENTIAL = "revoke_credential"
    """Decide what somebody else asked about a certificate of a course."""
    RUN_PROGRAMMES = "run_programmes"
    """Put courses together to programmes with a certificate of their own."""
    ADMINISTER = "administer"
    """The site itself: people, roles, doctor."""


_COURSE_STAFF = {(Role.TRAINER, PlaceKind.COURSE), (Role.COORDINATOR, PlaceKind.COURSE)}
_COHORT_STAFF = {(Role.TRAINER, PlaceKind.COHORT), (Role.COORDINATOR, PlaceKind.COHORT)}

TABLE: dict[Action, set[tuple[Role, PlaceKind]]] = {
    Action.LEARN: {(Role.LEARNER, PlaceKind.COURSE), *_COURSE_STAFF, *_COHORT_STAFF},
    Action.SEE_GRADES: {*_COURSE_STAFF, *_COHORT_STAFF},
    Action.EDIT_COURSE: {(Role.TRAINER, PlaceKind.COURSE)},
    Action.CREATE_COURSE: {(Role.TRAINER, PlaceKind.SITE)},
    Action.NAME_TRAINERS: {(Role.TRAINER, PlaceKind.COURSE)},
    Action.NAME_COORDINATORS: {(Role.COORDINATOR, PlaceKind.COURSE)},
    Action.RUN_PEOPLE: _COURSE_STAFF,
    Action.NOTE_ATTAINMENTS: {*_COURSE_STAFF, *_COHORT_STAFF},
    Action.RUN_COHORT: {*_COHORT_STAFF, (Role.COORDINATOR, PlaceKind.COURSE)},
    Action.CREATE_COHORT: {(Role.COORDINATOR, PlaceKind.COURSE), (Role.TRAINER, PlaceKind.COURSE)},
    Action.KEEP_REGISTRY: {(Role.COORDINATOR, PlaceKind.COURSE), (Role.COORDINATOR, PlaceKind.COHORT)},
    Action.REVOKE_CREDENTIAL: {(Role.COORDINATOR, PlaceKind.COURSE)},
    Action.RUN_PROGRAMMES: {(Role.COORDINATOR, PlaceKind.SITE)},
    Action.ADMINISTER: set(),
}
"""A site administrator may do all of these everywhere; whoever else must hold a listed role in the very place asked about,
or, for roles listed at the site, in the site."""


def allows(actor: Actor, action: Action, places: Iterable[Place] = ()) -> bool:
    """Tell whether the actor may act in any of these places (a course and the cohort in it, say)."""
    if action is Action.LOOK:
        return True
    if action is Action.OWN_ACCOUNT:
        return actor.is_signed_in
    if actor.is_site_admin:
        return True
    asked = {*places, SITE}
    return any((role, place.kind) in TABLE[action] and place in asked for role, place in actor.roles)


def require(actor: Actor, action: Action, places: Iterable[Place] = ()) -> None:
    """Return silently when the actor may act; else raise `NeedsSignIn` for nobody, `Refused` for somebody."""
    if allows(actor, action, places):
        return
    if not actor.is_signed_in:
        raise NeedsSignIn
    raise Refused(action=str(action))
