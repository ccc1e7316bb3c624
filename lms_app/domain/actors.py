"""Who acts: a person with roles, each held in a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lms_app.domain.keys import PersonId


class Role(StrEnum):
    """What a person may be in a place. `learner` comes from an enrolment, never from a grant."""

    LEARNER = "learner"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    SITE_ADMIN = "site_admin"


class PlaceKind(StrEnum):
    """The kinds of place in which a role is held."""

    SITE = "site"
    ORGANISATION = "organisation"
    PROGRAMME = "programme"
    COHORT = "cohort"
    COURSE = "course"


@dataclass(frozen=True, order=True)
class Place:
    """One place: the site, or a row of another kind by its number."""

    kind: PlaceKind
    id: int = 0


SITE = Place(PlaceKind.SITE)


@dataclass(frozen=True)
class Actor:
    """The person who asks, with every role they hold; nobody at all is `ANONYMOUS`."""

    person_id: PersonId | None
    display_name: str = ""
    user_name: str = ""
    language: str = "en"
    country: str = ""
    roles: frozenset[tuple[Role, Place]] = field(default_factory=frozenset)
    is_demo: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Tell whether a person stands behind this actor."""
        return self.person_id is not None

    def holds(self, role: Role, place: Place) -> bool:
        """Tell whether the actor has the role in exactly this place."""
        return (role, place) in self.roles

    @property
    def is_site_admin(self) -> bool:
        """Tell whether the actor administers the whole site."""
        return self.holds(Role.SITE_ADMIN, SITE)


ANONYMOUS = Actor(person_id=None)
