"""Every page × every role × a thing of another place: nobody reaches what is not theirs.

The pages come from the app, the rows from the permission table: a new page is walked without a line here, as long as its
address names its place by `<course_key>`, `<usage>`, `<cohort_id>`, `<person_id>` or `<code>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.routing import IntegerConverter, PathConverter

from lms_app.domain.actors import SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.permissions import TABLE, Action, allows
from lms_app.model import Enrolment
from lms_app.storage.transaction import transaction
from lms_app.web import access
from lms_app.web.access import BY_TOKEN, ROUTES

REFUSED = {403, 404}
PLACELESS = {Action.LOOK, Action.OWN_ACCOUNT}
ARGUMENTS = {
    access.nowhere: set(),
    access.course_of: {"course_key"},
    access.seat_of: {"course_key"},
    access.course_and_cohorts_of: {"course_key"},
    access.usage_of: {"usage"},
    access.cohort_of: {"cohort_id"},
    access.learner_of: {"person_id"},
    access.credential_of: {"code"},
}
"""What each finder takes from the address. A finder that is missing here fails a test."""


@dataclass(frozen=True)
class There:
    """A course with a cohort, a learner in it and a certificate: one place of the world."""

    course: int
    cohort: int
    args: dict[str, Any]


@pytest.fixture
def world(people):
    def place():
        course = people.course()
        cohort = people.cohort(course)
        learner = people.learner(course, cohort)
        key = people.course_key(course)
        usage = f"block-v1:{key.removeprefix('course-v1:')}+type@html+block@x"
        code = people.credential(learner, course)
        return There(course, cohort, {"course_key": key, "usage": usage, "cohort_id": cohort, "person_id": learner, "code": code})

    return place(), place()


def roles_in(people, there):
    """Return one person for each role in each kind of place that there is, all of them in `there`, and two without a role."""
    places = {PlaceKind.COURSE: Place(PlaceKind.COURSE, there.course), PlaceKind.COHORT: Place(PlaceKind.COHORT, there.cohort)}
    holders = {
        f"{role} of the {kind}": people.person(role, place)
        for role in (Role.TRAINER, Role.COORDINATOR)
        for kind, place in places.items()
    }
    return {
        **holders,
        "learner": people.learner(there.course, there.cohort),
        "nobody in particular": people.person(),
        "learner who left": _left(people, there),
    }


def _left(people, there):
    person = people.learner(there.course)
    with transaction(people.sessions) as session:
        session.get_one(Enrolment, (person, there.course)).left_at = people.clock()
    return person


def calls(app, args):
    """Yield every method and address that a row guards, its place taken from `args` and all else made up."""
    for rule in app.url_map.iter_rules():
        row = ROUTES[rule.endpoint]
        if row is BY_TOKEN or row.action in PLACELESS:
            continue
        values = {name: args.get(name, _made_up(converter)) for name, converter in rule._converters.items()}
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, row, method, path


def _made_up(converter):
    return 1 if isinstance(converter, IntegerConverter) else "html/x" if isinstance(converter, PathConverter) else "x"


def test_every_finder_is_known_to_this_walk(app):
    assert {row.finder for row in ROUTES.values()} <= ARGUMENTS.keys()
    for rule in app.url_map.iter_rules():
        assert ARGUMENTS[ROUTES[rule.endpoint].finder] <= rule.arguments, rule.endpoint


def test_nobody_reaches_a_thing_of_another_place(app, people, world, signed_in_client):
    here, elsewhere = world
    reached = []
    for who, person in roles_in(people, here).items():
        client = signed_in_client(person)
        token = client.token()
        for endpoint, _row, method, path in calls(app, elsewhere.args):
            status = client.open(path, method=method, headers={"X-CSRF-Token": token}).status_code
            if status not in REFUSED:
                reached.append(f"{who}: {method} {endpoint} → {status}")

    assert reached == []


def test_in_ones_own_place_the_table_decides(app, people, world, signed_in_client):
    here, _elsewhere = world
    wrong = []
    for who, person in roles_in(people, here).items():
        client = signed_in_client(person)
        for endpoint, row, method, path in calls(app, here.args):
            if row.finder is access.nowhere:
                continue
            refused = client.open(path, method=method).status_code == 403 and _refusal(client, path, method) == "refused"
            if refused is _may(who, row.action, row.finder):
                wrong.append(f"{who}: {method} {endpoint}: {'refused' if refused else 'let in'}")

    assert wrong == []


def test_strangers_are_asked_to_sign_in(app, client, world):
    here, _elsewhere = world
    let_in = []
    for endpoint, _row, method, path in calls(app, here.args):
        sent = client.open(path, method=method)
        if (sent.status_code, (sent.location or "").partition("?")[0]) != (303, "/sign-in"):
            let_in.append(f"{method} {endpoint} → {sent.status_code}")

    assert let_in == []


def test_own_pages_ask_strangers_to_sign_in(app, client):
    for rule in app.url_map.iter_rules():
        if ROUTES[rule.endpoint].action is Action.OWN_ACCOUNT and not rule.arguments:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                assert client.open(rule.rule, method=method).status_code == 303, rule.endpoint


def test_a_cohort_is_reached_through_its_own_course_only(app, people, world):
    """`/courses/<A>/cohorts/<cohort of B>` names a thing of B under the name of A."""
    here, elsewhere = world
    with app.test_request_context("/"):
        assert len(access.cohort_of({"cohort_id": here.cohort, "course_key": here.args["course_key"]})) == 2
        with pytest.raises(Exception, match="no_such_cohort"):
            access.cohort_of({"cohort_id": here.cohort, "course_key": elsewhere.args["course_key"]})
        with pytest.raises(Exception, match="no_such_block"):
            access.usage_of({"usage": here.args["usage"], "course_key": elsewhere.args["course_key"]})


@pytest.mark.parametrize("action", sorted(set(Action) - PLACELESS))
def test_administrators_may_everything(action):
    assert allows(Actor(person_id=1, roles=frozenset({(Role.SITE_ADMIN, SITE)})), action, [Place(PlaceKind.COURSE, 5)])


def _refusal(client, path, method):
    answer = client.open(path, method=method, headers={"Accept": "application/json"})
    return answer.json["error"] if answer.is_json else re.sub(r"\s+", " ", answer.text)[:80]


def _may(who, action, finder):
    if who in {"nobody in particular", "learner who left"}:
        return False
    if who == "learner":
        return (Role.LEARNER, PlaceKind.COURSE) in TABLE[action] and finder in {access.course_of, access.seat_of, access.usage_of}
    role, _, kind = who.partition(" of the ")
    in_reach = {PlaceKind.COURSE} if finder in {access.course_of, access.credential_of} else {PlaceKind.COURSE, PlaceKind.COHORT}
    return PlaceKind(kind) in in_reach and (Role(role), PlaceKind(kind)) in TABLE[action]
