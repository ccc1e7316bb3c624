"""The permission table, asked directly: a role counts in its own place and nowhere else."""

from __future__ import annotations

import pytest

from lms_app.domain.actors import ANONYMOUS, SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.errors import NeedsSignIn, Refused
from lms_app.domain.keys import PersonId
from lms_app.domain.permissions import Action, allows, require

HERE, THERE = Place(PlaceKind.COURSE, 1), Place(PlaceKind.COURSE, 2)
COHORT = Place(PlaceKind.COHORT, 7)


def actor(*roles: tuple[Role, Place]) -> Actor:
    return Actor(PersonId(1), roles=frozenset(roles))


def test_a_trainer_edits_their_course_and_no_other() -> None:
    trainer = actor((Role.TRAINER, HERE))

    assert allows(trainer, Action.EDIT_COURSE, [HERE])
    assert not allows(trainer, Action.EDIT_COURSE, [THERE])
    assert not allows(trainer, Action.EDIT_COURSE)


def test_a_trainer_of_a_cohort_sees_its_grades_and_changes_no_course() -> None:
    trainer = actor((Role.TRAINER, COHORT))

    assert allows(trainer, Action.SEE_GRADES, [COHORT, HERE])
    assert not allows(trainer, Action.SEE_GRADES, [HERE])
    assert not allows(trainer, Action.EDIT_COURSE, [HERE, COHORT])


def test_a_trainer_of_the_site_creates_courses_but_does_not_own_all_of_them() -> None:
    trainer = actor((Role.TRAINER, SITE))

    assert allows(trainer, Action.CREATE_COURSE)
    assert not allows(trainer, Action.EDIT_COURSE, [HERE])


def test_one_hands_on_only_the_role_that_one_holds() -> None:
    trainer, coordinator = actor((Role.TRAINER, HERE)), actor((Role.COORDINATOR, HERE))

    assert [allows(trainer, action, [HERE]) for action in (Action.NAME_TRAINERS, Action.NAME_COORDINATORS)] == [True, False]
    assert [allows(coordinator, action, [HERE]) for action in (Action.NAME_TRAINERS, Action.NAME_COORDINATORS)] == [False, True]
    assert not allows(trainer, Action.NAME_TRAINERS, [THERE])
    assert not allows(actor((Role.TRAINER, COHORT)), Action.RUN_PEOPLE, [HERE, COHORT])


@pytest.mark.parametrize("action", list(Action))
def test_an_administrator_may_do_everything(action: Action) -> None:
    assert allows(actor((Role.SITE_ADMIN, SITE)), action, [THERE])


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.LOOK])
def test_nobody_is_asked_to_sign_in_and_a_stranger_is_refused(action: Action) -> None:
    with pytest.raises(NeedsSignIn):
        require(ANONYMOUS, action, [HERE])
    if action is not Action.OWN_ACCOUNT:
        with pytest.raises(Refused):
            require(actor((Role.LEARNER, THERE)), action, [HERE])
