"""A link shows what its holder chose and not a word more, until it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import Credential
from lms_app.services.accounts import leaving
from lms_app.services.credentials import sharing
from lms_app.services.credentials.checking import Verdict
from lms_app.services.credentials.sharing import ALWAYS, CHOICES, MOST_LINKS
from lms_app.storage.transaction import transaction
from takwin_certificates.trust import Purpose
from tests.certified import issue, part


@pytest.fixture
def here(app):
    return app.extensions["takwin"]


@pytest.fixture
def amina(people):
    return people.person()


@pytest.fixture
def mine(here, amina):
    return issue(here, amina, number="MA-GOV-2026-000001-3")


def make(here, person, code, *shows, last_day=None) -> str:
    with transaction(here.sessions) as session:
        return sharing.share(session, person, code, shows=shows, last_day=last_day, now=here.clock())


def shown(here, token):
    with transaction(here.sessions, writes=False) as session:
        return sharing.shown_by(session, token, trusted=here.trusted_keys(), now=here.clock())


@pytest.mark.parametrize("choice", [None, *CHOICES])
def test_a_link_shows_exactly_what_was_chosen(here, amina, mine, choice):
    found = shown(here, make(here, amina, mine.code, *([choice] if choice else [])))
    wanted = {name for name in (*ALWAYS, *CHOICES.get(choice, ())) if getattr(mine.record, name) not in ("", (), None, {})}

    assert set(found.facts) == wanted
    assert {name: getattr(mine.record, name) for name in wanted} == dict(found.facts)
    assert found.verdict is Verdict.VALID


def test_what_leads_to_the_rest_is_never_offered(mine):
    hidden = {"code", "number", "status", "subject", "replaces", "award", "site", "signatories", "course_key"}

    assert hidden & {fact for facts in CHOICES.values() for fact in facts} == set()
    assert set(sharing.choices_in(mine.record)) == set(CHOICES) - {"valid_until", "parts"}


def test_parts_are_offered_where_there_are_any(here, amina, mine):
    programme = issue(here, amina, kind="programme", parts=(part(mine.code),))

    assert "parts" in sharing.choices_in(programme.record)


def test_a_link_tells_the_state_of_the_day(here, amina, mine, clock):
    token = make(here, amina, mine.code)
    verdicts = [shown(here, token).verdict]
    for columns in ({"suspended_at": clock()}, {"revoked_at": clock()}, {"replaced_by": "X"}):
        with transaction(here.sessions) as session:
            row = session.query(Credential).filter_by(code=mine.code).one()
            for name, value in columns.items():
                setattr(row, name, value)
        verdicts.append(shown(here, token).verdict)

    assert verdicts == [Verdict.VALID, Verdict.SUSPENDED, Verdict.REVOKED, Verdict.REPLACED]
    assert shown(here, token).since == clock()


def test_a_record_that_was_changed_is_not_shown(here, amina, mine):
    token = make(here, amina, mine.code, "grade")
    with transaction(here.sessions) as session:
        row = session.query(Credential).filter_by(code=mine.code).one()
        row.record = row.record.replace("87", "97")

    assert (dict(shown(here, token).facts), shown(here, token).verdict) == ({}, Verdict.BROKEN)


def test_a_link_to_what_a_stolen_key_signed_says_what_its_own_page_says(here, amina, mine, client, clock):
    token = make(here, amina, mine.code)
    clock.go_on(minutes=30)
    here.keys.compromise(Purpose.RECORD, here.keys.record().key_id, at=clock() - timedelta(days=30))

    found = shown(here, token)
    assert (found.verdict, "issuer" in found.facts) == (Verdict.KEY_COMPROMISED, False)
    pages = [client.get(page, headers={"Accept-Language": "en"}).text for page in (f"/s/{token}", f"/v/{mine.code}")]
    assert [("Do not rely on it" in page, "Genuine and valid" in page) for page in pages] == [(True, False)] * 2


def test_a_link_ends_after_its_last_day(here, amina, mine, clock):
    token = make(here, amina, mine.code, last_day=clock().date())
    assert shown(here, token).verdict is Verdict.VALID
    clock.go_on(days=1)

    with pytest.raises(NotFound, match="no_such_link"):
        shown(here, token)


def test_a_link_is_ended_by_its_holder_alone(here, amina, mine, people, clock):
    token, stranger = make(here, amina, mine.code), people.person()
    for person, code, what in (
        (stranger, mine.code, token),
        (amina, mine.code, "x"),
        (stranger, issue(here, stranger).code, token),
    ):
        with transaction(here.sessions) as session, pytest.raises(NotFound):
            sharing.end(session, person, code, what, now=clock())
    with transaction(here.sessions) as session:
        sharing.end(session, amina, mine.code, token, now=clock())
        assert sharing.links_of(session, amina, mine.code, now=clock()) == ()
    with pytest.raises(NotFound, match="no_such_link"):
        shown(here, token)


def test_nobody_shares_or_lists_what_is_not_theirs(here, mine, people, clock):
    stranger = people.person()
    with pytest.raises(NotFound):
        make(here, stranger, mine.code)
    with transaction(here.sessions) as session, pytest.raises(NotFound):
        sharing.links_of(session, stranger, mine.code, now=clock())


def test_odd_links_are_refused(here, amina, mine, clock):
    with pytest.raises(Invalid, match="day_is_past"):
        make(here, amina, mine.code, last_day=clock().date() - timedelta(days=1))
    with pytest.raises(Invalid, match="day_too_late"):
        make(here, amina, mine.code, last_day=date.max)
    tokens = {make(here, amina, mine.code, "grade", "code", "number") for _ in range(MOST_LINKS)}
    with pytest.raises(Conflict, match="too_many_links"):
        make(here, amina, mine.code)

    assert len(tokens) == MOST_LINKS
    assert min(map(len, tokens)) >= 32
    with transaction(here.sessions) as session:
        assert {one.shows for one in sharing.links_of(session, amina, mine.code, now=clock())} == {("grade",)}


def test_links_end_with_the_account(here, amina, mine, clock):
    token = make(here, amina, mine.code)
    with transaction(here.sessions) as session:
        leaving.erase(session, Actor(PersonId(amina)), now=clock())

    with pytest.raises(NotFound, match="no_such_link"):
        shown(here, token)


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "' OR 1=1 --"])
def test_tokens_that_never_were_show_nothing(here, mine, token):
    with pytest.raises(NotFound, match="no_such_link"):
        shown(here, token)
