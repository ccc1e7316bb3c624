"""Tests in a real browser get a second chance, told loudly: two loaded cores make a browser late, and that is no fault of Takwin.

The second try begins on new ground: the browser, the site and the databases are made anew, so that nothing is there which the
first one left. Whatever passes only then is listed at the end of the run: a fault of timing, in the test or in a page, to be mended.
What breaks while a test is cleared away is tried once alone: a fixture may look there at what all tests before have done, and a
second try would show it nothing.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.outcomes import TEST_OUTCOME
from _pytest.runner import runtestprotocol
from _pytest.terminal import TerminalReporter

HEADING = "failed at the first try"
PASSED = "passed at the second try: a fault of timing to mend"
FIRST = "first_try"


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test that opens the browser, itself or through other fixtures, once more when it fails."""
    if "chromium" not in getattr(item, "fixturenames", ()):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    faults = [report for report in reports if report.failed]
    if faults and all(report.when != "teardown" for report in faults) and is_cleared(item, faults[-1]):
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        reports[-1].user_properties.append((FIRST, " | ".join(told(fault) for fault in faults)))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def is_cleared(item: pytest.Item, fault: pytest.TestReport) -> bool:
    """Give up everything that tests share, and tell whether that went well; else say beside the fault what broke."""
    try:
        item.session._setupstate.teardown_exact(None)
    except TEST_OUTCOME:  # the run goes on: the test has failed, and what comes next begins anew
        fault.sections.append(("Clearing away for a second try", traceback.format_exc()))
        return False
    return True


def told(report: pytest.TestReport) -> str:
    """Return the step of a test that failed, where, and the first line of why."""
    crash = getattr(report.longrepr, "reprcrash", None)
    where, why = (f"{crash.path}:{crash.lineno}", crash.message) if crash else ("", str(report.longrepr))
    line, *_more = why.strip().split("\n")
    return f"{report.when} {where} {line}"


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """List what was tried twice, with what went wrong the first time."""
    lines = list(tried_twice(terminalreporter.stats))
    if lines:
        terminalreporter.section(HEADING, yellow=True, bold=True)
        for line in lines:
            terminalreporter.line(line)


def tried_twice(stats: dict[str, list[Any]]) -> Iterator[str]:
    """Yield a line for each test that was run again."""
    failed = {report.nodeid for kind in ("failed", "error") for report in stats.get(kind, ())}
    for report in (one for reports in stats.values() for one in reports):
        for name, fault in getattr(report, "user_properties", ()):
            if name == FIRST:
                yield f"{report.nodeid}: {'failed again' if report.nodeid in failed else PASSED}\n    {fault}"
