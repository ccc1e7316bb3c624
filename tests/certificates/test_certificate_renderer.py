"""The drawing process starts when needed, answers everybody, survives its own death, and goes when idle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from takwin_certificates.composing import UnsafeAddress
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import Record
from takwin_certificates.renderer import Renderer, RenderingTimedOut
from takwin_certificates.typefaces import MissingGlyph

MakeRecord = Callable[..., Record]
VERIFY_URL = "https://learn.example.org/verify/7K3M-9QXD-4TZ2-WHB8-RNVG"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(idle_seconds=30, timeout=60) as renderer:
        yield renderer


def test_other_process_draws_the_same_bytes(renderer: Renderer, make_record: MakeRecord) -> None:
    record = make_record(language="ar")

    drawn = renderer.render(record, verify_url=VERIFY_URL)

    assert drawn == render_pdf(record, verify_url=VERIFY_URL)
    assert renderer.process_id not in {None, os.getpid()}


def test_refusals_come_back_as_they_are_and_the_process_lives_on(renderer: Renderer, make_record: MakeRecord) -> None:
    renderer.render(make_record(), verify_url=VERIFY_URL)
    process = renderer.process_id

    with pytest.raises(MissingGlyph) as caught:
        renderer.render(make_record(place="東京"), verify_url=VERIFY_URL)
    with pytest.raises(UnsafeAddress):
        renderer.render(make_record(), verify_url="https://learn.example.org/verify/")

    assert caught.value.characters == ("東", "京")
    assert renderer.process_id == process


def test_threads_each_get_their_own_certificate(renderer: Renderer, make_record: MakeRecord) -> None:
    names = ["Amina", "Bintou", "Chadia", "Dalila"]
    drawn: dict[str, bytes] = {}

    def draw(name: str) -> None:
        drawn[name] = renderer.render(make_record(name_latin=name, name_arabic=""), verify_url=VERIFY_URL)

    threads = [threading.Thread(target=draw, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for name in names:
        assert drawn[name] == render_pdf(make_record(name_latin=name, name_arabic=""), verify_url=VERIFY_URL)


def test_killed_process_is_replaced_within_the_same_request(renderer: Renderer, make_record: MakeRecord) -> None:
    expected = renderer.render(make_record(), verify_url=VERIFY_URL)
    killed = renderer.process_id
    assert killed
    os.kill(killed, signal.SIGKILL)

    assert renderer.render(make_record(), verify_url=VERIFY_URL) == expected
    assert renderer.process_id != killed


def test_stuck_process_is_given_up_and_replaced_by_the_next_request(make_record: MakeRecord) -> None:
    with Renderer(timeout=60) as renderer:
        expected = renderer.render(make_record(), verify_url=VERIFY_URL)
        stuck = renderer.process_id
        assert stuck
        os.kill(stuck, signal.SIGSTOP)
        renderer._timeout = 0.2

        with pytest.raises(RenderingTimedOut):
            renderer.render(make_record(), verify_url=VERIFY_URL)

        renderer._timeout = 60
        assert renderer.render(make_record(), verify_url=VERIFY_URL) == expected


def test_idle_process_ends_by_itself_and_leaves_no_zombie(make_record: MakeRecord) -> None:
    with Renderer(idle_seconds=0.2) as renderer:
        renderer.render(make_record(), verify_url=VERIFY_URL)
        process = renderer.process_id or 0
        for _ in range(3000):
            if renderer.process_id is None:
                break
            time.sleep(0.02)

        assert renderer.process_id is None
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_closed_renderer_leaves_no_process(make_record: MakeRecord) -> None:
    renderer = Renderer()
    renderer.render(make_record(), verify_url=VERIFY_URL)
    process = renderer.process_id or 0

    renderer.close()

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_server_never_imports_the_pdf_library() -> None:
    program = """
import sys
from takwin_certificates import codes, composing, keys, pdf, qr, record, renderer, signing, verify
print(sorted({name.partition(".")[0] for name in sys.modules} & {"weasyprint", "flask", "sqlalchemy", "django"}))
"""

    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert printed == "[]\n"


def test_drawing_process_knows_no_secret_of_the_server(monkeypatch: pytest.MonkeyPatch, make_record: MakeRecord) -> None:
    monkeypatch.setenv("TAKWIN_SECRET_KEY", "hidden")
    with Renderer() as renderer:
        renderer.render(make_record(), verify_url=VERIFY_URL)

        with open(f"/proc/{renderer.process_id}/environ", "rb") as environment:  # noqa: PTH123
            assert b"hidden" not in environment.read()
