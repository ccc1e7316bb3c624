"""Files of strangers are read where they can reach nothing, in bounded time and memory, and always get an answer."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms_app.adapters.checking_room import CheckingRoom, _believed
from lms_app.domain.errors import Unavailable
from lms_app.runtime.sandbox import CodeFailed, SandboxRefused, SandboxTimeout, probe
from takwin_certificates import keys, token
from takwin_certificates.badge.achievement import to_bytes
from takwin_certificates.badge.baking import bake_png, bake_svg
from takwin_certificates.record import Record, StatusPlace
from takwin_certificates.signing import seal, sign
from takwin_certificates.trust import Trust, TrustedKey
from takwin_certificates.verifying.files import check_file
from takwin_certificates.verifying.finding import Genuine, Kind, Valid
from tests.certificates.forging import entities_svg, unfolding_pdf, unfolding_png
from tests.certificates.issuing_world import PNG, SVG, Json, World, make_world

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
KEY = keys.generate()
TRUST = Trust(keys={KEY.key_id: TrustedKey(KEY.key_id, "Fondation Takwin")}, site="https://learn.example.org")
RECORD = Record(
    code="7K3M-9QXD-4TZ2-WHB8-RNVG",
    titles={"fr": "Gouvernance des coopératives"},
    course_key="course-v1:Takwin+GOV+2026",
    issued_on=dt.date(2026, 8, 1),
    issued_at=dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC),
    issuer="Fondation Takwin",
    language="fr",
    site="https://learn.example.org",
    name_latin="Amina Alaoui",
    award="course-v1:Takwin+GOV+2026#completion",
    subject="urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
    status=StatusPlace(list=1, index=70_411),
)
SEALED = seal(RECORD.to_json(), sign(RECORD.to_json(), KEY))


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture(scope="module")
def room() -> Iterator[CheckingRoom]:
    room = CheckingRoom()
    yield room
    room.close()


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(World.sealed, id="sealed record"),
        pytest.param(lambda w: to_bytes(w.linked()), id="JSON-LD"),
        pytest.param(lambda w: w.jwt().encode(), id="JWT"),
        pytest.param(lambda w: bake_png(PNG, w.jwt()), id="PNG"),
        pytest.param(lambda w: bake_svg(SVG, to_bytes(w.linked())), id="SVG"),
        pytest.param(lambda w: w.pdf, id="PDF"),
    ],
)
def test_answer_is_the_same_as_without_a_sandbox(room: CheckingRoom, world: World, build: Callable[[World], bytes]) -> None:
    data, trust = build(world), world.trust()

    found = room.check(data, trust, now=NOW)

    assert found == check_file(data, trust, now=NOW)
    assert (found.genuine, found.valid) == (Genuine.YES, Valid.YES)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("import socket\nsocket.create_connection(('127.0.0.1', {port}))", "PermissionError"),
        ("open('/etc/passwd').read()", "FileNotFoundError"),
        ("open({home!r} + '/secret').read()", "FileNotFoundError"),
        ("open('/tmp/left-behind', 'w').write('x')", "OSError"),
        ("import os\nos.fork()", "PermissionError"),
        ("import subprocess\nsubprocess.run(['/bin/true'])", "PermissionError"),
    ],
)
def test_process_that_reads_files_reaches_nothing(room: CheckingRoom, tmp_path: Path, script: str, kind: str) -> None:
    """What a file could make the reading process do by a fault in a library, it still cannot do."""
    (tmp_path / "secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(CodeFailed) as caught:
        room._sandbox.run_script(script.format(port=server.getsockname()[1], home=str(tmp_path)), {})

    assert caught.value.kind == kind
    assert not Path("/tmp/left-behind").exists()


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("x = bytearray(1 << 30)", SandboxRefused),
        ("while True: pass", SandboxTimeout),
    ],
)
def test_process_that_reads_files_has_bounds(script: str, error: type[Exception]) -> None:
    room = CheckingRoom(wall_seconds=5)
    with pytest.raises(error):
        room._sandbox.run_script(script, {})
    room.close()


CLEAR = {"malformed", "too_large", "too_costly", "unknown_kind", "pdf_unreadable", "credential_picture", "credential_not_json"}
FORGED: list[Callable[[World, Json], object]] = [
    lambda _, told: told.update(credential=""),
    lambda w, told: told.update(credential=w.sealed(name_latin="Youssef Naciri").decode()),
    lambda _, told: told.update(credential=told["credential"][:-9] + "AAAAAAAAA"),
    lambda w, told: told.update(credential=to_bytes(w.others(key=w.stranger)).decode()),
    lambda _, told: told.update(credential="eyJ.e30.AAAA"),
    lambda _, told: told.update(issuer="Institut voisin"),
    lambda w, told: told.update(key_id=w.other_key.key_id),
    lambda _, told: told["facts"][0].update(value="Youssef Naciri"),
    lambda _, told: told["facts"].pop(),
    lambda _, told: told.update(facts="none"),
    lambda _, told: told.clear(),
]


@pytest.mark.parametrize("form", ["PDF", "JWT", "sealed record"])
@pytest.mark.parametrize("forge", FORGED)
def test_what_the_process_says_is_not_believed_without_a_signature(
    world: World, form: str, forge: Callable[[World, Json], object]
) -> None:
    """Even a process that a hostile file has taken over can call nothing genuine that nobody signed."""
    data = {"PDF": world.pdf, "JWT": world.jwt().encode(), "sealed record": world.sealed()}[form]
    told = check_file(data, world.trust(), now=NOW).to_json()
    assert _believed(told, world.trust(), NOW) == check_file(data, world.trust(), now=NOW)

    forge(world, told)

    assert _believed(told, world.trust(), NOW).problems[0].code == "not_readable"


BOMBS = {
    "deep JSON": b'{"record":' * 20_000 + b"1" + b"}" * 20_000,
    "deep JSON in a list": b'{"@context":' + b"[" * 120_000 + b"]" * 120_000 + b"}",
    "JSON of one huge number": b'{"record":' + b"9" * 60_000 + b',"signature":1}',
    "huge text": b"A" * (5 << 20),
    "too large": b"%PDF-" + b"0" * (5 << 20),
    "PDF header alone": b"%PDF-1.7\n",
    "PDF that unfolds to 3 GB": unfolding_pdf(3000),
    "PDF of deep arrays": b"%PDF-1.7\n1 0 obj\n" + b"[" * 400_000,
    "PNG that unfolds to 1 GB": unfolding_png(),
    "SVG of entities": entities_svg(),
    "deep SVG": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 500_000,
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bomb_ends_in_a_clear_answer(room: CheckingRoom, name: str) -> None:
    found = room.check(BOMBS[name], TRUST, now=NOW)

    assert (found.genuine is Genuine.YES, found.facts, found.issuer) == (False, (), None)
    assert {each.code for each in found.problems} & CLEAR
    assert room.check(SEALED, TRUST, now=NOW).genuine is Genuine.YES


def test_nobody_waits_for_a_place(room: CheckingRoom) -> None:
    """Whoever waits holds one of the few threads in which the whole site is served."""
    with room.place(), room.place():
        with pytest.raises(Unavailable, match="checking_busy"):
            room.check(SEALED, TRUST, now=NOW)
        address = token.url(RECORD.site, token.make(RECORD, KEY))
        assert room.check(address.encode(), TRUST, now=NOW).genuine is Genuine.YES, "tokens need none"
    assert room.check(SEALED, TRUST, now=NOW).genuine is Genuine.YES


def test_one_address_has_one_file_read_at_a_time(room: CheckingRoom) -> None:
    with room.guest("192.0.2.1"):
        with pytest.raises(Unavailable, match="checking_one_at_a_time"), room.guest("192.0.2.1"):
            pass
        with room.guest("192.0.2.2"):
            pass
    with room.guest("192.0.2.1"):
        pass


def test_a_file_that_loops_is_given_up_before_a_reader_gives_up(room: CheckingRoom) -> None:
    assert room._sandbox.limits.wall_seconds <= 4


def test_without_a_sandbox_files_are_refused_and_tokens_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = token.url(RECORD.site, token.make(RECORD, KEY))
    monkeypatch.setenv("PATH", str(tmp_path))
    probe.cache_clear()
    try:
        room = CheckingRoom()
        with pytest.raises(Unavailable) as caught:
            room.check(SEALED, TRUST, now=NOW)
        found = room.check(address.encode(), TRUST, now=NOW)
    finally:
        probe.cache_clear()

    assert caught.value.code == "checking_needs_sandbox"
    assert (found.kind, found.genuine, found.valid) == (Kind.TOKEN, Genuine.YES, Valid.UNKNOWN)
