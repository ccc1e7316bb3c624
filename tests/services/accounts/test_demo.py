"""Accounts to try Takwin with."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms_app.domain.errors import Invalid
from lms_app.model import Course, Person, RoleGrant
from lms_app.services.accounts.demo import create_demo_accounts, has_demo_accounts


def test_demo_accounts_sign_in_with_passwords_told_once(app, session, clock):
    assert not has_demo_accounts(session)

    made = create_demo_accounts(session, now=clock())
    session.commit()

    assert has_demo_accounts(session)
    assert len({account.password for account in made}) == len(made) == 4
    for account in made:
        sent = app.test_client().send("/sign-in", identifier=account.user_name, password=account.password)
        assert sent.status_code == 303, account


def test_the_demo_trainer_trains_in_every_course(session, clock):
    course = Course(key="course-v1:T+C+1", title="Course", created_at=clock())
    session.add(course)
    session.flush()
    create_demo_accounts(session, now=clock())
    held = (
        select(RoleGrant.role, RoleGrant.place_kind, RoleGrant.place_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.user_name == "samira")
    )
    assert sorted(map(tuple, session.execute(held)), key=str) == [("trainer", "course", course.id), ("trainer", "site", 0)]


def test_demo_accounts_are_made_once(session, clock):
    create_demo_accounts(session, now=clock())

    with pytest.raises(Invalid) as refusal:
        create_demo_accounts(session, now=clock())

    assert refusal.value.code == "user_name_taken"
