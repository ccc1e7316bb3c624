"""What the Studio costs: its outline and its editor in a small and in a large course, and twenty people who type at once."""

from __future__ import annotations

import json
import re
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.keys import PersonId
from lms_app.services.accounts.roles import grant_unasked
from lms_app.storage.transaction import transaction
from tests.benchmarks.load import Target, load
from tests.benchmarks.world import KEY, World, make_world

EDITORS: Final = 20
SIZES: Final = (20, 2_000)
"""Blocks of the small and of the large course."""
_PAUSE_SECONDS: Final = 0.5
"""Between two keepings of one author: faster than a page sends them."""
_UNIT, _BLOCK = "vertical/u0", "html/b0"
Serve = Callable[[World, Path], AbstractContextManager[Any]]


def write_school(folder: Path, blocks: int) -> Path:
    """Write a course as authors have them: four blocks a unit, five units a lesson, five lessons a chapter."""
    leaves = iter(range(blocks))
    chapters = []
    for chapter in range(max(1, blocks // 100)):
        lessons = []
        for lesson in range(min(5, blocks // 20)):
            units = []
            for unit in range(5):
                number = (chapter * 5 + lesson) * 5 + unit
                inner = "".join(
                    f'<html url_name="b{leaf}" display_name="Text {leaf}">&lt;p&gt;One member, one vote.&lt;/p&gt;</html>'
                    for _, leaf in zip(range(4), leaves, strict=False)
                )
                units.append(f'<vertical url_name="u{number}" display_name="Unit {number}">{inner}</vertical>')
            name = f"{chapter}-{lesson}"
            lessons.append(f'<sequential url_name="s{name}" display_name="Lesson {name}">{"".join(units)}</sequential>')
        chapters.append(f'<chapter url_name="c{chapter}" display_name="Chapter {chapter}">{"".join(lessons)}</chapter>')
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.xml").write_text(
        f'<course org="Takwin" course="BENCH" url_name="2026" display_name="School" language="en">{"".join(chapters)}</course>',
        encoding="utf-8",
    )
    return folder


def studio_costs(folder: Path, serve: Serve, *, port: int, seconds: float, rounds: int) -> dict[str, float]:
    """Return the figures by name: milliseconds of a page, the ratio of the large course to the small one, tails while many type."""
    paths = {"outline": f"/studio/{KEY}", "unit": f"/studio/{KEY}/unit/{_UNIT}", "block": f"/studio/{KEY}/block/{_BLOCK}"}
    found: dict[int, dict[str, float]] = {}
    facts: dict[str, float] = {}
    for blocks in SIZES:
        home = folder / str(blocks)
        world = _school(home, port, blocks)
        with serve(world, home) as process:
            found[blocks] = {
                name: statistics.median(
                    load(Target(port, path, world.cookies), process, home, seconds=seconds, concurrency=1).p50_ms
                    for _ in range(rounds)
                )
                for name, path in paths.items()
                if not load(Target(port, path, world.cookies), process, home, seconds=1, concurrency=1).errors
            }
            if blocks == SIZES[-1]:
                facts |= _typing(world, seconds=max(seconds, 5))
                tail = load(Target(port, paths["unit"], world.cookies), process, home, seconds=seconds, concurrency=EDITORS)
                facts |= {"studio_unit_20_p95_ms": tail.p95_ms, "studio_unit_20_errors": float(tail.errors)}
    for name in paths:
        small, large = (found[blocks][name] for blocks in SIZES)
        facts |= {f"studio_{name}_ms": small, f"studio_{name}_large_ms": large, f"studio_{name}_ratio": large / small}
    return facts


def _school(home: Path, port: int, blocks: int) -> World:
    world = make_world(home, port=port, learners=EDITORS, blocks=blocks, course=write_school)
    place = Place(PlaceKind.COURSE, world.course_id)
    with transaction(world.parts.sessions) as session:
        for number in range(1, EDITORS + 1):
            grant_unasked(session, PersonId(number), Role.TRAINER, place, by=PersonId(1), now=world.parts.clock())
    return world


def _typing(world: World, *, seconds: float) -> dict[str, float]:
    """Let twenty authors type, each in a block of their own, and settle every tenth time."""
    times: dict[str, list[float]] = {"keep": [], "settle": []}
    failed: list[str] = []
    until = time.monotonic() + seconds
    authors = [
        threading.Thread(target=_author, args=(world, number, until, times, failed), daemon=True) for number in range(EDITORS)
    ]
    for author in authors:
        author.start()
    for author in authors:
        author.join()
    return {
        "studio_keep_p95_ms": _p95(times["keep"]),
        "studio_settle_p95_ms": _p95(times["settle"]),
        "studio_kept": float(len(times["keep"])),
        "studio_typing_errors": float(len(failed)),
    }


def _author(world: World, number: int, until: float, times: dict[str, list[float]], failed: list[str]) -> None:
    block = f"html/b{number * 4}"
    cookie = world.cookies[number]
    page = _call(world, "GET", f"/studio/{KEY}/block/{block}", cookie)
    token, base = (_first(pattern, page) for pattern in (r'name="csrf_token" value="([^"]+)"', r'name="base" value="([^"]*)"'))
    turn = 0
    while time.monotonic() < until:
        turn += 1
        sent = {"language": "", "base": base, "number": turn, "changes": {"data": f"<p>One member, one vote: {number}.{turn}</p>"}}
        steps = [("keep", "PUT", "working", sent)]
        if turn % 10 == 0:
            steps.append(("settle", "POST", "working/settle", {"language": "", "base": base, "number": turn}))
        for name, method, path, body in steps:
            began = time.perf_counter()
            try:
                told = _call(world, method, f"/studio/{KEY}/block/{block}/{path}", cookie, body=body, token=token)
            except OSError as error:
                failed.append(str(error))
                continue
            times[name].append(1000 * (time.perf_counter() - began))
            base = json.loads(told).get("base") or base
        time.sleep(_PAUSE_SECONDS)


def _call(world: World, method: str, path: str, cookie: str, *, body: Any = None, token: str = "") -> str:
    headers = {"Cookie": f"takwin={cookie}", "Accept": "application/json" if body else "text/html"}
    if body:
        headers |= {"Content-Type": "application/json", "X-CSRF-Token": token}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{world.settings.site_url}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return bytes(response.read()).decode()


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if not found:
        message = f"the page has no {pattern}"
        raise RuntimeError(message)
    return found[1]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))] if times else float("nan")
