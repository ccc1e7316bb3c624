"""Bringing in the numbers of certificates that were issued before Takwin."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext

from lms_app.services.credentials import legacy
from lms_app.services.credentials.legacy import COLUMNS, NEEDED, Report
from lms_app.web.context import actor, now, takwin
from lms_app.web.registry import words


def bring_in() -> str | tuple[str, int]:
    """Look through a table of old certificates, and write it when that is wanted and nothing is wrong."""
    report: Report | None = None
    wrong: dict[str, str] = {}
    is_trial = request.method == "GET" or bool(request.form.get("is_trial"))
    if request.method == "POST":
        file = request.files.get("file")
        content = file.read() if file else b""
        if not content:
            wrong["file"] = gettext("Please choose a file.")
        else:
            report = _report(content, is_trial=is_trial)
    if report and report.is_written:
        flash(gettext("The old register is brought in."), "success")
    page = render_template(
        "registry/bring_in.html",
        report=report,
        wrong=wrong,
        is_trial=is_trial,
        faults=[(fault.line, fault.column, words.fault_in_words(fault)) for fault in report.faults] if report else (),
        columns=[(name, gettext(words.LEGACY_COLUMNS[name]), name in NEEDED) for name in COLUMNS],
    )
    return (page, 422) if wrong or (report and report.faults and not is_trial) else page


def _report(content: bytes, *, is_trial: bool) -> Report:
    here = takwin()
    with here.transaction() as session:
        return legacy.bring_in(session, actor(), content, issuer=here.issuer.name, is_trial=is_trial, now=now())


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/registry/import", view_func=bring_in, methods=["GET", "POST"])
