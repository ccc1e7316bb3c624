"""What is measured, and how: each pair of servers in turn, on the same database, with the same load."""

from __future__ import annotations

import hashlib
import os
import re
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.certificates import costs
from tests.benchmarks.issuing import signing_ms
from tests.benchmarks.load import Run, Target, load, memory_mb, server, wait_for
from tests.benchmarks.pages import cold_visit
from tests.benchmarks.studio import studio_costs
from tests.benchmarks.teaching import teaching_costs
from tests.benchmarks.world import ANSWER, QUIZ, World, add_learners, make_world, write_problem_course
from tests.servers import new_database, postgres_server

THREADS = 8
OURS, REFERENCE, NAIVE = "ours", "reference", "naive"
PORTS = {OURS: 8711, REFERENCE: 8712, NAIVE: 8713}


@dataclass
class Found:
    """All figures of one run of the bench."""

    runs: dict[str, dict[str, dict[str, Run]]] = field(default_factory=dict)
    """database → operation → who → median run."""
    sizes: dict[str, dict[str, Run]] = field(default_factory=dict)
    """operation → size → run."""
    facts: dict[str, float] = field(default_factory=dict)
    """Single figures by name."""


def measure(folder: Path, *, seconds: float, rounds: int) -> Found:
    """Measure everything."""
    found = Found()
    say = _teller()
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        for database, url in (("SQLite", ""), ("PostgreSQL", new_database(postgres, "bench"))):
            say(database)
            world = make_world(folder / database, port=PORTS[OURS], learners=100, database=url)
            found.runs[database] = _compare(world, folder / database, seconds=seconds, rounds=rounds, found=found)
    say("sizes")
    found.sizes = _sizes(folder / "sizes", seconds=seconds)
    say("memory with capa")
    found.facts["memory_capa_mb"] = _memory_with_capa(folder / "capa")
    say("issuing")
    found.facts["issuing_ms"] = signing_ms(folder / "issuing")
    say("the Studio")
    found.facts |= studio_costs(folder / "studio", _ours, port=PORTS[OURS], seconds=seconds, rounds=rounds)
    say("the teaching desk")
    found.facts |= teaching_costs(folder / "teaching", _ours, port=PORTS[OURS], seconds=seconds, rounds=rounds)
    say("certificates")
    found.facts |= costs(folder / "certificates")
    return found


def _compare(world: World, folder: Path, *, seconds: float, rounds: int, found: Found) -> dict[str, dict[str, Run]]:
    with ExitStack() as stack:
        ours = stack.enter_context(_ours(world, folder))
        tokens = [_csrf(world, cookie) for cookie in world.cookies]
        targets = _targets(world, tokens)
        page, answer = _sample(world, tokens[0])
        reference = stack.enter_context(_reference(world, folder, page, answer, who=REFERENCE))
        naive = stack.enter_context(_reference(world, folder, page, answer, who=NAIVE))
        processes = {OURS: ours, REFERENCE: reference, NAIVE: naive}
        for (who, _), target in targets.items():  # warm, and never counted
            load(target, processes[who], folder, seconds=1, concurrency=8)
        runs: dict[tuple[str, str], list[Run]] = {key: [] for key in targets}
        for _ in range(rounds):
            for (who, operation), target in targets.items():
                concurrency = 32 if operation == "answer" else 8
                runs[who, operation].append(load(target, processes[who], folder, seconds=seconds, concurrency=concurrency))
        if world.settings.is_sqlite:
            found.facts["memory_mb"] = memory_mb(ours)
            found.facts["page_bytes"] = float(len(page))
            _visits(world, found)
    if world.settings.is_sqlite:
        found.facts["second_start_s"] = _start(world, folder)
    result: dict[str, dict[str, Run]] = {}
    for (who, operation), several in runs.items():
        result.setdefault(operation, {})[who] = _median(several)
    return result


def _targets(world: World, tokens: list[str]) -> dict[tuple[str, str], Target]:
    hashed = [_hashed(cookie) for cookie in world.cookies]
    return {
        (OURS, "page"): Target(PORTS[OURS], world.page, world.cookies),
        (REFERENCE, "page"): Target(PORTS[REFERENCE], "/page", hashed),
        (NAIVE, "page"): Target(PORTS[NAIVE], "/page", hashed),
        (OURS, "answer"): Target(PORTS[OURS], world.answer, world.cookies, tokens, ANSWER),
        (REFERENCE, "answer"): Target(PORTS[REFERENCE], "/answer", hashed, body=ANSWER),
    }


def _ours(world: World, folder: Path) -> Any:
    environment = {
        **os.environ,
        "TAKWIN_HOME": str(world.settings.home),
        "TAKWIN_DATABASE_URL": world.settings.database_url,
        "TAKWIN_SITE_URL": world.settings.site_url,
    }
    command = [
        sys.executable,
        "-c",
        "from lms_app.cli import main; main()",
        "serve",
        "--port",
        str(PORTS[OURS]),
        "--threads",
        str(THREADS),
    ]
    return server(command, environment, port=PORTS[OURS], log=folder / "ours.log")


def _reference(world: World, folder: Path, page: bytes, answer: bytes, *, who: str) -> Any:
    (folder / "page.html").write_bytes(page)
    (folder / "answer.json").write_bytes(answer)
    environment = {
        **os.environ,
        "REFERENCE_URL": world.settings.database_url,
        "REFERENCE_PAGE": str(folder / "page.html"),
        "REFERENCE_ANSWER": str(folder / "answer.json"),
        "REFERENCE_COURSE": str(world.course_id),
        "REFERENCE_BLOCK": QUIZ,
        "REFERENCE_READS": "4" if who == REFERENCE else "1",
    }
    options = ["-w", "1", "-k", "gthread", "--threads", str(THREADS), "-b", f"127.0.0.1:{PORTS[who]}", "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.benchmarks.reference:app"]
    return server(command, environment, port=PORTS[who], log=folder / f"{who}.log")


def _sizes(folder: Path, *, seconds: float) -> dict[str, dict[str, Run]]:
    """Measure the page and the answer among few and many learners, and in a small and a large course."""
    found: dict[str, dict[str, Run]] = {"page": {}, "answer": {}}
    for name, blocks in (("10 blocks", 0), ("5,000 blocks", 5_000)):
        _measure_size(found, name, make_world(folder / name, port=PORTS[OURS], learners=100, blocks=blocks), folder / name, seconds)
    world = make_world(folder / "many", port=PORTS[OURS], learners=100)
    _measure_size(found, "100 learners", world, folder / "many", seconds)
    add_learners(world.parts, world.course_id, 999_900, first=101, signed_in=False)
    _measure_size(found, "1,000,000 learners", world, folder / "many", seconds)
    return found


def _measure_size(found: dict[str, dict[str, Run]], name: str, world: World, folder: Path, seconds: float) -> None:
    with _ours(world, folder) as process:
        tokens = [_csrf(world, cookie) for cookie in world.cookies]
        targets = _targets(world, tokens)
        for operation in ("page", "answer"):
            load(targets[OURS, operation], process, folder, seconds=1, concurrency=8)
            found[operation][name] = load(targets[OURS, operation], process, folder, seconds=seconds, concurrency=8)


def _memory_with_capa(folder: Path) -> float:
    world = make_world(folder, port=PORTS[OURS], learners=100, course=write_problem_course)
    with _ours(world, folder) as process:
        for cookie in world.cookies:
            _get(world, world.page, cookie)
        return memory_mb(process)


def _start(world: World, folder: Path) -> float:
    """Return how long a second start takes, from the command to the first page."""
    began = time.perf_counter()
    with _ours(world, folder):
        wait_for(PORTS[OURS], folder / "ours.log")
        return time.perf_counter() - began


def _visits(world: World, found: Found) -> None:
    url = f"{world.settings.site_url}{world.page}"
    fast = cold_visit(url, world.cookies[0], slow=False)
    slow = cold_visit(url, world.cookies[0], slow=True)
    found.facts |= {
        "cold_kib": fast.kib,
        "cold_script_kib": fast.script_kib,
        "cold_requests": float(fast.requests),
        "first_paint_s": fast.first_paint_s,
        "slow_first_paint_s": slow.first_paint_s,
        "slow_interactive_s": slow.interactive_s,
    }


def _sample(world: World, token: str) -> tuple[bytes, bytes]:
    page = _get(world, world.page, world.cookies[0])
    return page, _get(world, world.answer, world.cookies[0], body=ANSWER, token=token)


def _csrf(world: World, cookie: str) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', _get(world, world.page, cookie))
    if not found:
        message = "the page has no form"
        raise RuntimeError(message)
    return found[1].decode()


def _get(world: World, path: str, cookie: str, *, body: str = "", token: str = "") -> bytes:
    headers = {"Cookie": f"takwin={cookie}", "Accept": "application/json" if body else "text/html"}
    if body:
        headers |= {"Content-Type": "application/json", "X-CSRF-Token": token}
    request = urllib.request.Request(f"{world.settings.site_url}{path}", body.encode() or None, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return bytes(response.read())


def _hashed(cookie: str) -> str:
    number, token = cookie.split(".", 1)
    return f"{number}#{hashlib.sha256(token.encode()).hexdigest()}"


def _median(runs: list[Run]) -> Run:
    def middle(pick: Callable[[Run], float]) -> float:
        return statistics.median(pick(run) for run in runs)

    return Run(
        middle(lambda run: run.per_second),
        middle(lambda run: run.p50_ms),
        middle(lambda run: run.p95_ms),
        middle(lambda run: run.cpu_ms),
        sum(run.errors for run in runs),
    )


def _teller() -> Callable[[str], None]:
    began = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - began:5.0f} s] {text}\n")

    return say
