"""Every kind of file gets the answers it deserves, and the step that decides is written down by its code."""

from __future__ import annotations

import pytest

from takwin_certificates.verifying.files import check_file
from takwin_certificates.verifying.finding import Genuine
from tests.certificates.fixtures_of_kinds import KINDS, KindOfFile
from tests.certificates.issuing_world import NOW, World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind_of_file(world: World, kind: KindOfFile) -> None:
    found = check_file(kind.build(world), kind.trust(world), now=NOW)

    steps = [(each.name, each.code) for each in found.checks]
    assert (found.genuine, found.valid, found.reasons, [each for each in steps if each == kind.step][:1]) == (
        kind.genuine,
        kind.valid,
        kind.reasons,
        [kind.step],
    ), steps
    assert found.genuine is not Genuine.YES or (found.facts != () and found.issuer is not None)
    assert found.genuine is not Genuine.NO or (found.facts, found.issuer) == ((), None)


def test_all_kinds_of_the_public_validator_are_here() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 45
