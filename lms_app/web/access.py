"""Who may open which page: one table, and one place where it is enforced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, g, request

from lms_app.adapters.courses import CourseFacts
from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import CourseKey, PersonId, parse_course_key, parse_usage_key
from lms_app.domain.permissions import Action, require
from lms_app.services.accounts import places
from lms_app.web.context import actor, takwin
from lms_app.web.csrf import TOKEN_IN_PATH

Finder = Callable[[Mapping[str, Any]], tuple[Place, ...]]
"""Finds the places that a page is about from the arguments in its address."""


def nowhere(_args: Mapping[str, Any]) -> tuple[Place, ...]:
    """For pages about no place in particular, or about the site."""
    return ()


def course_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<course_key>`: the course. Its row and the visitor's enrolment are read once, and `asked_course()` has them."""
    return (_ask_course(parse_course_key(args["course_key"])),)


def seat_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<course_key>`: the course, and its cohorts when the visitor trains any: they may sit in what their learners learn."""
    return _seats(course_of(args)[0])


def usage_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<usage>`: the course that holds the block, and its cohorts as in `seat_of`."""
    course, _block = parse_usage_key(args["usage"])
    if "course_key" in args and args["course_key"] != course:
        raise NotFound("no_such_block")
    return _seats(_ask_course(course))


def cohort_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<cohort_id>`: the cohort and its course; with a `<course_key>` beside it, which must be that course."""
    with takwin().reading() as session:
        found = places.of_cohort(session, args["cohort_id"])
    if "course_key" in args and course_of(args)[0] not in found:
        raise NotFound("no_such_cohort")
    return found


def course_and_cohorts_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<course_key>`: the course and each of its cohorts, for a page that shows everybody their own part."""
    place = course_of(args)[0]
    with takwin().reading() as session:
        return place, *places.cohorts_of(session, place.id)


def learner_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<person_id>`: the cohorts in which the person learns."""
    with takwin().reading() as session:
        return places.of_learner(session, PersonId(args["person_id"]))


def credential_of(args: Mapping[str, Any]) -> tuple[Place, ...]:
    """`<code>`: the course and the cohort in which the certificate was earned."""
    with takwin().reading() as session:
        return places.of_credential(session, args["code"])


@dataclass(frozen=True)
class Rule:
    """What opening a page takes: the right to an action, in one of the places that the finder returns."""

    action: Action
    finder: Finder = nowhere


EVERYONE = Rule(Action.LOOK)
SIGNED_IN = Rule(Action.OWN_ACCOUNT)
"""The page finds what it shows by the visitor's own number, or by the roles they hold, and refuses those who hold none."""
BY_TOKEN = Rule(Action.LOOK)
"""The token in the address is the access: pages of the block origin, which never see a session."""

ROUTES: dict[str, Rule] = {
    "static": EVERYONE,
    "account.language": EVERYONE,
    "account.sign_in": EVERYONE,
    "account.sign_up": EVERYONE,
    "account.sign_out": SIGNED_IN,
    "account.profile": SIGNED_IN,
    "account.password": SIGNED_IN,
    "account.devices": SIGNED_IN,
    "account.end_device": SIGNED_IN,
    "account.data": SIGNED_IN,
    "account.take_out": SIGNED_IN,
    "account.erase": SIGNED_IN,
    "account.recover": EVERYONE,
    "account.recover_by_link": EVERYONE,
    "account.recover_by_code": EVERYONE,
    "account.issue_code": Rule(Action.RUN_COHORT, learner_of),
    "account.people": Rule(Action.ADMINISTER),
    "account.grant_role": Rule(Action.ADMINISTER),
    "account.revoke_role": Rule(Action.ADMINISTER),
    "learn.catalogue": EVERYONE,
    "learn.course": Rule(Action.LOOK, course_of),
    "learn.enrol": Rule(Action.OWN_ACCOUNT, course_of),
    "learn.leave": Rule(Action.LEARN, course_of),
    "learn.choose_language": Rule(Action.LEARN, course_of),
    "learn.unit": Rule(Action.LEARN, seat_of),
    "learn.renew": Rule(Action.LEARN, seat_of),
    "learn.jump": Rule(Action.LEARN, seat_of),
    "learn.handler": Rule(Action.LEARN, usage_of),
    "learn.work": Rule(Action.LEARN, seat_of),
    "learn.queue_pass": Rule(Action.OWN_ACCOUNT, course_of),
    "learn.work_worker": EVERYONE,
    "learn.file": SIGNED_IN,
    "learn.progress": Rule(Action.LEARN, course_of),
    "learn.claim": Rule(Action.LEARN, course_of),
    "learn.dismiss_reminder": Rule(Action.LEARN, course_of),
    "learn.measures": Rule(Action.LEARN, seat_of),
    "learn.measurements": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "learn.download_measurements": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "learn.gradebook": Rule(Action.SEE_GRADES, course_of),
    "learn.cohorts": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "learn.new_cohort": Rule(Action.CREATE_COHORT, course_of),
    "learn.cohort": Rule(Action.SEE_GRADES, cohort_of),
    "learn.edit_cohort": Rule(Action.RUN_COHORT, cohort_of),
    "learn.cohort_certificates": Rule(Action.RUN_COHORT, cohort_of),
    "learn.batch_file": Rule(Action.RUN_COHORT, cohort_of),
    "learn.move_learner": Rule(Action.CREATE_COHORT, cohort_of),
    "learn.take_out_learner": Rule(Action.RUN_COHORT, cohort_of),
    "learn.add_cohort_trainer": Rule(Action.RUN_COHORT, cohort_of),
    "learn.take_out_cohort_trainer": Rule(Action.RUN_COHORT, cohort_of),
    "learn.attainments": Rule(Action.NOTE_ATTAINMENTS, cohort_of),
    "learn.note_attainments": Rule(Action.NOTE_ATTAINMENTS, cohort_of),
    "learn.note_rows": Rule(Action.NOTE_ATTAINMENTS, cohort_of),
    "learn.cohort_gradebook": Rule(Action.SEE_GRADES, cohort_of),
    "learn.certificates": SIGNED_IN,
    "learn.card": SIGNED_IN,
    "learn.card_file": SIGNED_IN,
    "learn.share": SIGNED_IN,
    "learn.end_link": SIGNED_IN,
    "learn.shared": EVERYONE,
    "teaching.home": SIGNED_IN,
    "teaching.judge": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.state": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.learners": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.learner": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.prepare": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.message": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.message_text": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.note_contact": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.decide_points": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.withdraw_points": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.extensions": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.extend": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.withdraw_extension": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.kit": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.handouts": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.gradebook_csv": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "teaching.gradebook_xlsx": Rule(Action.SEE_GRADES, course_and_cohorts_of),
    "registry.index": SIGNED_IN,
    "registry.export": SIGNED_IN,
    "registry.waiting": SIGNED_IN,
    "registry.entry": Rule(Action.KEEP_REGISTRY, credential_of),
    "registry.ask": Rule(Action.KEEP_REGISTRY, credential_of),
    "registry.take_back": Rule(Action.KEEP_REGISTRY, credential_of),
    "registry.decide": Rule(Action.REVOKE_CREDENTIAL, credential_of),
    "registry.bring_in": Rule(Action.ADMINISTER),
    "site.source": EVERYONE,
    "site.help_page": EVERYONE,
    "studio.home": SIGNED_IN,
    "studio.new": Rule(Action.CREATE_COURSE),
    "studio.add_lesson": Rule(Action.EDIT_COURSE, course_of),
    "studio.archive": Rule(Action.EDIT_COURSE, course_of),
    "studio.bring_back": Rule(Action.EDIT_COURSE, course_of),
    "studio.team": Rule(Action.RUN_PEOPLE, course_of),
    "studio.add_member": Rule(Action.RUN_PEOPLE, course_of),
    "studio.take_out_member": Rule(Action.RUN_PEOPLE, course_of),
    "studio.people": Rule(Action.RUN_PEOPLE, course_of),
    "studio.enrol_one": Rule(Action.RUN_PEOPLE, course_of),
    "studio.change_learners": Rule(Action.RUN_PEOPLE, course_of),
    "studio.enrol_list": Rule(Action.RUN_PEOPLE, course_of),
    "studio.report_file": Rule(Action.RUN_PEOPLE, course_of),
    "studio.withdraw_place": Rule(Action.RUN_PEOPLE, course_of),
    "studio.schedule": Rule(Action.EDIT_COURSE, course_of),
    "studio.grading": Rule(Action.EDIT_COURSE, course_of),
    "studio.rules": Rule(Action.EDIT_COURSE, course_of),
    "studio.enrolment": Rule(Action.EDIT_COURSE, course_of),
    "studio.bring_in": Rule(Action.CREATE_COURSE),
    "studio.course": Rule(Action.EDIT_COURSE, course_of),
    "studio.publish": Rule(Action.EDIT_COURSE, course_of),
    "studio.discard": Rule(Action.EDIT_COURSE, course_of),
    "studio.history": Rule(Action.EDIT_COURSE, course_of),
    "studio.restore": Rule(Action.EDIT_COURSE, course_of),
    "studio.changes": Rule(Action.EDIT_COURSE, course_of),
    "studio.see_change": Rule(Action.EDIT_COURSE, course_of),
    "studio.plan_publication": Rule(Action.EDIT_COURSE, course_of),
    "studio.cancel_publication": Rule(Action.EDIT_COURSE, course_of),
    "studio.difference": Rule(Action.EDIT_COURSE, course_of),
    "studio.undo_last": Rule(Action.EDIT_COURSE, course_of),
    "studio.try_course": Rule(Action.EDIT_COURSE, course_of),
    "studio.try_outline": Rule(Action.EDIT_COURSE, course_of),
    "studio.try_unit": Rule(Action.EDIT_COURSE, course_of),
    "studio.try_renew": Rule(Action.EDIT_COURSE, course_of),
    "studio.try_again": Rule(Action.EDIT_COURSE, course_of),
    "studio.try_handler": Rule(Action.EDIT_COURSE, usage_of),
    "studio.as_of": Rule(Action.EDIT_COURSE, course_of),
    "studio.as_of_unit": Rule(Action.EDIT_COURSE, course_of),
    "studio.settings": Rule(Action.EDIT_COURSE, course_of),
    "studio.paper": Rule(Action.EDIT_COURSE, course_of),
    "studio.paper_preview": Rule(Action.EDIT_COURSE, course_of),
    "studio.paper_picture": Rule(Action.EDIT_COURSE, course_of),
    "studio.images": Rule(Action.EDIT_COURSE, course_of),
    "studio.image": Rule(Action.EDIT_COURSE, course_of),
    "studio.image_file": Rule(Action.EDIT_COURSE, course_of),
    "studio.unit": Rule(Action.EDIT_COURSE, course_of),
    "studio.block": Rule(Action.EDIT_COURSE, course_of),
    "studio.preview_block": Rule(Action.EDIT_COURSE, course_of),
    "studio.add_part": Rule(Action.EDIT_COURSE, course_of),
    "studio.rows": Rule(Action.EDIT_COURSE, course_of),
    "studio.rename": Rule(Action.EDIT_COURSE, course_of),
    "studio.arrange": Rule(Action.EDIT_COURSE, course_of),
    "studio.place": Rule(Action.EDIT_COURSE, course_of),
    "studio.put": Rule(Action.EDIT_COURSE, course_of),
    "studio.libraries": SIGNED_IN,
    "studio.share_library": Rule(Action.EDIT_COURSE, course_of),
    "studio.draw": Rule(Action.EDIT_COURSE, course_of),
    "studio.bank": Rule(Action.EDIT_COURSE, course_of),
    "studio.take_back": Rule(Action.EDIT_COURSE, course_of),
    "studio.copy": Rule(Action.EDIT_COURSE, course_of),
    "studio.insert_block": Rule(Action.EDIT_COURSE, course_of),
    "studio.place_block": Rule(Action.EDIT_COURSE, course_of),
    "studio.copy_block_here": Rule(Action.EDIT_COURSE, course_of),
    "studio.take_out": Rule(Action.EDIT_COURSE, course_of),
    "studio.put_back": Rule(Action.EDIT_COURSE, course_of),
    "studio.handler": Rule(Action.EDIT_COURSE, course_of),
    "studio.renew_frame": Rule(Action.EDIT_COURSE, course_of),
    "studio.transcripts": Rule(Action.EDIT_COURSE, course_of),
    "studio.drop_transcript": Rule(Action.EDIT_COURSE, course_of),
    "studio.working_copy": Rule(Action.EDIT_COURSE, course_of),
    "studio.settle": Rule(Action.EDIT_COURSE, course_of),
    "studio.decide": Rule(Action.EDIT_COURSE, course_of),
    "studio.here": Rule(Action.EDIT_COURSE, course_of),
    "studio.bring_into": Rule(Action.EDIT_COURSE, course_of),
    "studio.export": Rule(Action.EDIT_COURSE, course_of),
    "studio.download": Rule(Action.EDIT_COURSE, course_of),
    "studio.checks": Rule(Action.EDIT_COURSE, course_of),
    "studio.languages": Rule(Action.EDIT_COURSE, course_of),
    "studio.add_language": Rule(Action.EDIT_COURSE, course_of),
    "studio.remove_language": Rule(Action.EDIT_COURSE, course_of),
    "studio.translate": Rule(Action.EDIT_COURSE, course_of),
    "studio.keep_translation": Rule(Action.EDIT_COURSE, course_of),
    "studio.xliff_out": Rule(Action.EDIT_COURSE, course_of),
    "studio.xliff_in": Rule(Action.EDIT_COURSE, course_of),
    "verify.did_document": EVERYONE,
    "verify.key_set": EVERYONE,
    "verify.trust": EVERYONE,
    "verify.profile": EVERYONE,
    "verify.root_certificates": EVERYONE,
    "verify.badge_picture": EVERYONE,
    "verify.log_head": EVERYONE,
    "verify.status_list": EVERYONE,
    "verify.credential_address": EVERYONE,
    "verify.form": EVERYONE,
    "verify.check": EVERYONE,
    "verify.check_file": EVERYONE,
    "verify.many": EVERYONE,
    "verify.embed": EVERYONE,
    "verify.offline": EVERYONE,
    "verify.offline_worker": EVERYONE,
    "verify.offline_manifest": EVERYONE,
    "api.check": EVERYONE,
    "api.check_file": EVERYONE,
    "api.check_many": EVERYONE,
    "api.document": EVERYONE,
    "verify.check_number": EVERYONE,
    "verify.pdf": EVERYONE,
    "verify.file": EVERYONE,
    "verify.record": EVERYONE,
    "verify.give_up": SIGNED_IN,
    "blocks.frame": BY_TOKEN,
    "blocks.handler": BY_TOKEN,
    "blocks.trial": BY_TOKEN,
    "blocks.trial_handler": BY_TOKEN,
    "blocks.draft": BY_TOKEN,
    "blocks.draft_handler": BY_TOKEN,
    "blocks.resource": EVERYONE,
    "blocks.platform": EVERYONE,
    "blocks.asset": EVERYONE,
}
"""Every endpoint has its row, or the app does not start."""


def check_routes(app: Flask) -> None:
    """Refuse to start when a page has no row in the table: forgetting it must not mean that everybody may."""
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - ROUTES.keys())
    if missing:
        message = f"no row in lms_app/web/access.py for {', '.join(missing)}"
        raise RuntimeError(message)


ON_BOTH_HOSTS = frozenset({"static", "blocks.resource"})
"""Files that our own packages ship; inline blocks load theirs from the site itself."""


def keep_hosts_apart() -> None:
    """Serve other people's JavaScript on the block origin alone, and nothing else there."""
    origin = takwin().settings.blocks_origin
    if origin is None or request.endpoint in ON_BOTH_HOSTS:
        return
    is_there = request.host.lower() == urlsplit(origin).netloc.lower()
    if is_there != (request.blueprint in TOKEN_IN_PATH):
        raise NotFound


def check_access() -> None:
    """Find the places that the page is about, and require the right to what it does."""
    if request.endpoint is None:
        return  # no such page: the routing says so
    rule = ROUTES[request.endpoint]
    found = rule.finder(request.view_args or {})
    require(actor(), rule.action, found)


def asked_course() -> CourseFacts:
    """Return the course that the page is about, as `course_of` or `usage_of` found it."""
    return cast("CourseFacts", g.asked_course)


def _seats(place: Place) -> tuple[Place, ...]:
    if not any(held.kind is PlaceKind.COHORT for _role, held in actor().roles):
        return (place,)  # spares everybody else a read
    with takwin().reading() as session:
        return place, *places.cohorts_of(session, place.id)


def _ask_course(key: CourseKey) -> Place:
    here = actor()
    with takwin().reading() as session:
        course = places.course(session, key, person=here.person_id)
    g.asked_course = course
    place = Place(PlaceKind.COURSE, course.id)
    if course.is_enrolled:
        g.actor = replace(here, roles=here.roles | {(Role.LEARNER, place)})
    return place
