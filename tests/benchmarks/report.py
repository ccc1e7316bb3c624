"""The figures as a page for people and a file for machines, each beside its budget."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.load import Run
from tests.benchmarks.measures import NAIVE, OURS, REFERENCE, Found


@dataclass(frozen=True)
class Line:
    """One budget, and what was measured."""

    what: str
    measured: str
    budget: str
    met: bool


TEACHING = {
    "desk": "the teaching desk",
    "judge": "one piece of work to be judged",
    "learners": "the list of learners, the silent first",
    "stuck": "the same, those who are stuck",
    "gradebook": "the gradebook",
}


def lines(found: Found) -> Iterator[Line]:
    """Yield every budget of the design with its figure."""
    facts = found.facts
    yield _at_most("cold visit to a unit page, KiB", facts["cold_kib"], 60, goal=30)
    yield _at_most("the same, requests", facts["cold_requests"], 4)
    yield _at_most("the same, script KiB", facts["cold_script_kib"], 30)
    yield _at_most("first paint on Slow 3G, s", facts["slow_first_paint_s"], 1.3)
    yield _at_most("interactive on Slow 3G, s", facts["slow_interactive_s"], 2.0)
    for database, operations in found.runs.items():
        page, answer = operations["page"], operations["answer"]
        yield _ratio(f"unit page, warm, {database}", page[OURS], page[REFERENCE])
        yield _at_most(f"unit page, CPU ms, {database}", page[OURS].cpu_ms, 3)
        yield _ratio(f"answer, {database}", answer[OURS], answer[REFERENCE])
        yield _at_most(f"answer, p95 ms at concurrency 32, {database}", answer[OURS].p95_ms, 50)
    for operation, sizes in found.sizes.items():
        yield _flat(f"{operation}: p95 at 1,000,000 learners against 100", sizes["1,000,000 learners"], sizes["100 learners"])
        yield _flat(f"{operation}: p95 at 5,000 blocks against 10", sizes["5,000 blocks"], sizes["10 blocks"])
    yield _at_most("memory (PSS) after 100 learners, own blocks, MB", facts["memory_mb"], 90)
    yield _at_most("memory (PSS) once capa is loaded, MB", facts["memory_capa_mb"], 350)
    yield _at_most("second start to first page, s", facts["second_start_s"], 3)
    yield _at_most("issuing inside the granting transaction, ms", facts["issuing_ms"], 5)
    yield _at_least("signed certificates a second and core, pressed", facts["pressed_per_second"], 100)
    yield _at_least("the same, of those drawn one by one (unsigned), times", facts["pressed_ratio"], 20)
    yield _at_most("a signed certificate, KiB", facts["pressed_kib"], 128)
    yield _at_most("memory gained while 10,000 are pressed, MB", facts["pressed_growth_mb"], 20)
    for page, words in (("outline", "a course's outline"), ("unit", "a unit's editor"), ("block", "a block's editor")):
        yield _at_most(f"Studio, {words}: 2,000 blocks against 20, times", facts[f"studio_{page}_ratio"], 1.5)
    for page, words in TEACHING.items():
        yield _at_most(f"{words}: p95 with a cohort of 2,000 against 60, times", facts[f"teaching_{page}_ratio"], 1.3)
    yield _at_most("Studio, 20 authors type at once: p95 of a keeping, ms", facts["studio_keep_p95_ms"], 250)
    yield _at_most("the same, of a settling, ms", facts["studio_settle_p95_ms"], 500)
    yield _at_most("the same, keepings that failed", facts["studio_typing_errors"], 0)
    yield _at_most("Studio, 20 open a unit of 2,000 blocks at once: p95, ms", facts["studio_unit_20_p95_ms"], 1000)


def write_report(found: Found, folder: Path) -> None:
    """Write `benchmarks.md` and `benchmarks.json`."""
    budgets = list(lines(found))
    machine = f"{os.cpu_count()} CPUs, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    rows = [f"| {line.what} | {line.measured} | {line.budget} | {'yes' if line.met else '**no**'} |" for line in budgets]
    text = [
        "# What it costs",
        "",
        f"Written by `make bench` in one run ({machine}); ours and the reference in turn, on the same database. Machines differ:",
        "trust the ratios. The reference is `tests/benchmarks/reference.py`: bare Flask and Jinja, four reads by primary key (or one",
        "write of two rows), a page of the same bytes, the same server and threads. What the peers cost: `docs/benchmarks-peers.md`.",
        "",
        "| What | Measured | Budget | Met |",
        "|---|---|---|---|",
        *rows,
        "",
        "## Behind the ratios",
        "",
        "| Database | Operation | Who | per second | p50 ms | p95 ms | CPU ms |",
        "|---|---|---|---|---|---|---|",
        *_runs(found),
    ]
    (folder / "benchmarks.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    data = {
        "machine": machine,
        "budgets": [asdict(line) for line in budgets],
        "facts": found.facts,
        "runs": {
            db: {op: {who: asdict(run) for who, run in by.items()} for op, by in ops.items()} for db, ops in found.runs.items()
        },
        "sizes": {op: {size: asdict(run) for size, run in by.items()} for op, by in found.sizes.items()},
    }
    (folder / "benchmarks.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(text[7:]) + "\n")


def _runs(found: Found) -> Iterator[str]:
    names = {OURS: "Takwin", REFERENCE: "reference, 4 reads", NAIVE: "naive, 1 read"}
    for database, operations in found.runs.items():
        for operation, by in operations.items():
            for who, run in by.items():
                figures = f"{run.per_second:.0f} | {run.p50_ms:.1f} | {run.p95_ms:.1f} | {run.cpu_ms:.2f}"
                yield f"| {database} | {operation} | {names[who]} | {figures} |"


def _at_most(what: str, measured: float, limit: float, *, goal: float | None = None) -> Line:
    budget = f"≤ {limit:g}" + (f" (goal {goal:g})" if goal else "")
    return Line(what, f"{measured:.2f}" if measured < 10 else f"{measured:.0f}", budget, measured <= limit)


def _at_least(what: str, measured: float, limit: float) -> Line:
    return Line(what, f"{measured:.0f}", f"≥ {limit:g}", measured >= limit)


def _ratio(what: str, ours: Run, reference: Run) -> Line:
    ratio = ours.per_second / reference.per_second
    return Line(f"{what}, of the reference", f"{ratio:.0%}", "≥ 50 % (goal 70 %)", ratio >= 0.5)


def _flat(what: str, large: Run, small: Run) -> Line:
    ratio = large.p95_ms / small.p95_ms
    return Line(what, f"{ratio:.2f} ×", "≤ 1.3 ×", ratio <= 1.3)
