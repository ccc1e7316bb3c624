"""Attacks on certificates: one changed byte, lists rolled back, and what must be caught wherever it stands.

The other attacks (swapped attachments, `alg: none`, foreign `kid`, contexts redefined, and their kind) are rows of
`fixtures_of_kinds`.

What "caught" means: every flipped bit either makes the file not genuine, or changes nothing of what is shown. Flips that
change nothing fall into bytes that carry no fact: the drawing of an SVG, large and small letters of a token (which mean
the same) and the host in its address (which is not shown).
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from takwin_certificates import token
from takwin_certificates.badge.achievement import to_bytes
from takwin_certificates.badge.baking import bake_png, bake_svg
from takwin_certificates.trust import Purpose, Trust
from takwin_certificates.verifying.files import check_file
from takwin_certificates.verifying.finding import Finding, Genuine, Reason, Valid
from takwin_certificates.verifying.statuses import newest, rolled_back
from tests.certificates.issuing_world import NOW, PLACE, PNG, SITE, SVG, World, address, make_world

EARLIER = NOW.replace(day=20)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def shown(found: Finding) -> object:
    """Return all that a reader relies on."""
    return (found.genuine, found.valid, found.reasons, found.issuer, found.code, found.site, found.facts)


@pytest.mark.parametrize(
    ("build", "flips", "harmless"),
    [
        pytest.param(World.sealed, 400, 0, id="sealed record"),
        pytest.param(lambda w: to_bytes(w.linked()), 150, 0, id="JSON-LD"),
        pytest.param(lambda w: w.jwt().encode(), 400, 0, id="JWT"),
        pytest.param(lambda w: bake_png(PNG, w.jwt()), 300, 0, id="PNG"),
        pytest.param(lambda w: bake_svg(SVG, w.jwt()), 300, 12, id="SVG"),
        pytest.param(lambda w: token.url(SITE, w.token()).encode(), 300, 60, id="token"),
        pytest.param(lambda w: w.pdf, 150, 0, id="PDF"),
        pytest.param(lambda w: w.pressed_pdf, 100, 0, id="pressed PDF"),
    ],
)
def test_one_flipped_bit_is_caught(world: World, build: Callable[[World], bytes], flips: int, harmless: int) -> None:
    data, trust, places = build(world), world.trust(), random.Random(len(build.__name__))
    good = shown(check_file(data, trust, now=NOW))
    unnoticed = []
    for _ in range(flips):
        place, changed = places.randrange(len(data)), bytearray(data)
        changed[place] ^= 1 << places.randrange(8)
        found = check_file(bytes(changed), trust, now=NOW)
        if found.genuine is Genuine.YES:
            unnoticed.append(place)
            assert shown(found) == good, place
        assert found.genuine is not Genuine.NO or found.facts == ()

    assert len(unnoticed) <= harmless, unnoticed


def test_attachment_is_caught_at_every_place_of_a_pdf(world: World) -> None:
    """The credential inside the PDF, byte after byte: none can change."""
    data, trust = world.pdf, world.trust()
    start = data.index(b"/EmbeddedFile")
    for place in range(start, start + 1200, 24):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert check_file(changed, trust, now=NOW).genuine is Genuine.NO


def test_signature_of_a_pdf_is_caught_at_every_place(world: World) -> None:
    """Certificates that come along, padding, even how its digits are spelt."""
    data, trust = world.pdf, world.trust()
    start, end = data.index(b"/Contents <") + len(b"/Contents <"), data.index(b">", data.index(b"/Contents <"))
    for place in range(start, end, 61):
        other = b"0" if data[place : place + 1] != b"0" else b"1"
        changed = data[:place] + other + data[place + 1 :]
        assert check_file(changed, trust, now=NOW).genuine is Genuine.NO, place


def test_status_list_that_is_rolled_back_changes_nothing(world: World) -> None:
    later, earlier = world.lists(revoked=[PLACE.index]), world.lists(at=EARLIER)
    trust = world.trust(lists=later)

    kept = newest(later, earlier, trust)

    assert kept == later
    assert rolled_back(later, earlier) == sorted(later)
    found = check_file(world.sealed(), world.trust(lists=kept), now=NOW)
    assert (found.valid, found.reasons) == (Valid.NO, (Reason.REVOKED,))


def test_newer_status_list_is_taken_up(world: World) -> None:
    earlier, later = world.lists(at=EARLIER), world.lists(revoked=[PLACE.index])

    assert newest(earlier, later, world.trust()) == later
    assert rolled_back(earlier, later) == []


def test_forged_list_of_tomorrow_displaces_no_list_of_today(world: World) -> None:
    known = world.lists(revoked=[PLACE.index])
    forged = {address("revocation"): world.list("revocation", at=NOW.replace(day=23), key=world.stranger)}

    assert newest(known, forged, world.trust(lists=known)) == known


@pytest.mark.parametrize("days", [-1, 1])
def test_clock_wrong_by_a_day_changes_no_answer(world: World, days: int) -> None:
    now = NOW.replace(day=NOW.day + days)

    found = check_file(to_bytes(world.linked()), world.trust(), now=now)

    assert (found.genuine, found.valid) == (Genuine.YES, Valid.YES)


def test_three_rotations_later_everything_still_verifies(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(tmp_path_factory.mktemp("keys"))
    files = [world.sealed(), to_bytes(world.linked()), world.jwt().encode(), token.url(SITE, world.token()).encode(), world.pdf]
    for purpose in Purpose:
        for month in (9, 10, 11):
            world.ring.rotate(purpose, now=NOW.replace(month=month, day=1))
    lists = world.lists(key=world.ring.record())
    trust = Trust(world.ring.trust(site=SITE, now=NOW).keys, world.ring.roots(), SITE, NOW, lists)

    found = [check_file(each, trust, now=NOW) for each in files]
    assert [(each.genuine, each.valid) for each in found] == [(Genuine.YES, Valid.YES)] * len(files)
