"""The commands about people and certificates: accounts and roles, issuing, withdrawing, checking."""

from __future__ import annotations

import click

from lms_app.adapters import people
from lms_app.adapters.courses import find_course
from lms_app.app import compose
from lms_app.cli.saying import as_json, say_json
from lms_app.config import Settings
from lms_app.domain.actors import ANONYMOUS, SITE, Place, PlaceKind, Role
from lms_app.domain.awards import KINDS
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import PersonId, parse_course_key
from lms_app.model.people import Person
from lms_app.services.accounts import roles, signing_up
from lms_app.services.accounts.passwords import random_password
from lms_app.services.credentials import checking, claiming, correcting, programmes, revoking
from lms_app.storage.session import Session
from lms_app.storage.transaction import transaction
from takwin_certificates import codes

GRANTED = click.Choice([str(role) for role in Role if role is not Role.LEARNER])


@click.group("user")
def user_group() -> None:
    """Make accounts, give roles."""


@user_group.command("add")
@click.argument("user_name")
@click.option("--role", type=GRANTED, help="A role at the site (or in --course).")
@click.option("--course", help="The course in which the role is held.")
@click.pass_obj
def add(settings: Settings, user_name: str, role: str | None, course: str | None) -> None:
    """Make an account with a random password, printed once."""
    parts = compose(settings)
    password = random_password()
    account = signing_up.check(signing_up.NewAccount(user_name=user_name, password=password))
    with transaction(parts.sessions) as session:
        known = signing_up.sign_up(session, account, now=parts.clock())
        if role:
            roles.grant_unasked(session, known.person, Role(role), _place(session, course), by=None, now=parts.clock())
    click.echo(f"{user_name}  {password}")


@user_group.command("grant")
@click.argument("user_name")
@click.argument("role", type=GRANTED)
@click.option("--course", help="The course in which it is held; the whole site by default.")
@click.pass_obj
def grant(settings: Settings, user_name: str, role: str, course: str | None) -> None:
    """Give somebody a role."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        person = PersonId(_person(session, user_name).id)
        roles.grant_unasked(session, person, Role(role), _place(session, course), by=None, now=parts.clock())
    click.echo(f"{user_name} is {role} of {course or 'the site'} now.")


@click.command()
@click.argument("course")
@click.argument("user_name")
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Which paper; the strongest that is earned by default.")
@click.pass_obj
def issue(settings: Settings, course: str, user_name: str, kind: str | None) -> None:
    """Issue what USER_NAME has earned in COURSE, and print the address of the paper asked for."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        person = _person(session, user_name)
        facts = find_course(session, parse_course_key(course), person=PersonId(person.id))
        code = claiming.claim(
            session,
            PersonId(person.id),
            course=facts,
            issuer=parts.issuer,
            language=person.language,
            now=parts.clock(),
            kind=kind or "",
        )
    click.echo(f"{settings.site_url}/v/{code}")


@click.command()
@click.argument("code")
@click.option("--reason", required=True, help="Shown to whoever checks the certificate.")
@click.pass_obj
def revoke(settings: Settings, code: str, reason: str) -> None:
    """Withdraw the certificate with this CODE."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        revoking.revoke(session, ANONYMOUS, codes.normalise(code), reason=reason, now=parts.clock())
    click.echo("withdrawn")


@click.command()
@click.argument("code")
@click.pass_obj
def renew(settings: Settings, code: str) -> None:
    """Issue the certificate with this CODE anew, from what is true today, and withdraw the old one."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        new = correcting.renew(session, ANONYMOUS, codes.normalise(code), issuer=parts.issuer, now=parts.clock())
    click.echo(f"{settings.site_url}/v/{new}")


@click.group("programme")
def programme_group() -> None:
    """Put courses together to programmes with a certificate of their own."""


@programme_group.command("add")
@click.argument("key")
@click.option("--title", "titles", multiple=True, required=True, help="A title as LANGUAGE=TEXT; once for each language.")
@click.option("--course", "courses", multiple=True, required=True, help="The key of a course; two at least.")
@click.pass_obj
def add_programme(settings: Settings, key: str, titles: tuple[str, ...], courses: tuple[str, ...]) -> None:
    """Make the programme KEY; whoever holds a certificate of completion or competence in each course gets its certificate."""
    parts = compose(settings)
    named = dict(title.partition("=")[::2] for title in titles)
    with transaction(parts.sessions) as session:
        programmes.create_unasked(session, key=key, titles=named, courses=courses, by=None, now=parts.clock())
    click.echo(f"{key} is there. Its certificates are issued with the last course that each learner finishes from now on.")


@programme_group.command("issue")
@click.argument("key")
@click.argument("user_name")
@click.pass_obj
def issue_programme(settings: Settings, key: str, user_name: str) -> None:
    """Issue the certificate of the programme KEY that USER_NAME has earned."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        person = _person(session, user_name)
        code = programmes.claim_programme(
            session, PersonId(person.id), key, issuer=parts.issuer, language=person.language, now=parts.clock()
        )
    click.echo(f"{settings.site_url}/v/{code}")


@click.command()
@click.argument("code")
@as_json
@click.pass_obj
def verify(settings: Settings, code: str, *, as_json: bool) -> None:
    """Check the certificate with this CODE; exit code 1 when it is not valid."""
    parts = compose(settings)
    with transaction(parts.sessions, writes=False) as session:
        found = checking.check_code(session, code, trusted=parts.trusted_keys(), now=parts.clock())
    names = [found.record.name_latin, found.record.name_arabic] if found.record else []
    facts = {"verdict": str(found.verdict), "code": found.code, "names": names, "title": found.record.title if found.record else ""}
    if as_json:
        say_json(facts)
    else:
        click.echo(" · ".join(str(fact) for fact in (found.verdict, found.code, *names, facts["title"]) if fact))
    if found.verdict is not checking.Verdict.VALID:
        raise SystemExit(1)


def _person(session: Session, user_name: str) -> Person:
    person = people.by_user_name(session, user_name.lower())
    if person is None:
        raise NotFound("no_such_person", user_name=user_name)
    return person


def _place(session: Session, course: str | None) -> Place:
    return Place(PlaceKind.COURSE, find_course(session, parse_course_key(course), person=None).id) if course else SITE


def add_to(main: click.Group) -> None:
    """Add these commands."""
    for command in (user_group, programme_group, issue, renew, revoke, verify):
        main.add_command(command)
