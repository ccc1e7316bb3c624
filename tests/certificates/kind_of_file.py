"""What must be said of a kind of file: its name, how to make it, the answers, and the step that decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from takwin_certificates.badge.achievement import to_bytes
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Genuine, Reason, Valid
from tests.certificates.forging import put
from tests.certificates.issuing_world import OTHER, World


@dataclass(frozen=True, kw_only=True)
class KindOfFile:
    """One kind of file, and what must be said of it."""

    name: str
    build: Callable[[World], bytes]
    genuine: Genuine
    valid: Valid = Valid.UNKNOWN
    step: tuple[str, str]
    """A step that must have been written down, with its code: the one that matters for this file."""
    reasons: tuple[Reason, ...] = ()
    trust: Callable[[World], Trust] = World.trust


def yes(name: str, build: Callable[[World], bytes], step: tuple[str, str], **more: Any) -> KindOfFile:
    return KindOfFile(name=name, build=build, genuine=Genuine.YES, valid=more.pop("valid", Valid.YES), step=step, **more)


def no(name: str, build: Callable[[World], bytes], step: tuple[str, str], **more: Any) -> KindOfFile:
    return KindOfFile(name=name, build=build, genuine=Genuine.NO, step=step, **more)


def undecided(name: str, build: Callable[[World], bytes], step: tuple[str, str], **more: Any) -> KindOfFile:
    return KindOfFile(name=name, build=build, genuine=Genuine.CANNOT_TELL, step=step, **more)


def out_of_force(name: str, build: Callable[[World], bytes], code: str, reason: Reason, **more: Any) -> KindOfFile:
    name_of_step = "dates" if reason in (Reason.EXPIRED, Reason.NOT_YET_VALID) else "status"
    return yes(name, build, (name_of_step, code), valid=Valid.NO, reasons=(reason,), **more)


def by_status(name: str, code: str, lists: Callable[[World], Mapping[str, bytes]], **more: Any) -> KindOfFile:
    more = {"valid": Valid.UNKNOWN, **more}
    return yes(name, lambda w: to_bytes(w.linked()), ("status", code), trust=lambda w: w.trust(lists=lists(w)), **more)


def by_others_status(name: str, index: object, code: str, **more: Any) -> KindOfFile:
    """Make a credential of the other issuer with this index in its own list, whose bit 23 is set."""
    url = "https://badges.example.net/status/3"

    def build(world: World) -> bytes:
        entry = {"id": f"{url}#23", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListCredential": url}
        return to_bytes(world.others(put("credentialStatus", to={**entry, "statusListIndex": index})))

    def trust(world: World) -> Trust:
        return world.trust(lists={url: world.list("revocation", [23], key=world.other_key, issuer=OTHER, url=url)})

    return yes(name, build, ("status", code), trust=trust, **more)
