"""Files for professional translators: out as XLIFF 2, and in again with a line for each text."""

from __future__ import annotations

from flask import Blueprint


def xliff_out(course_key: str, language: str) -> str:
    return ""


def xliff_in(course_key: str, language: str) -> str:
    return ""


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/languages/<language>/xliff", endpoint="xliff_out", view_func=xliff_out)
    pages.add_url_rule("/<course_key>/languages/<language>/xliff", endpoint="xliff_in", view_func=xliff_in, methods=["POST"])
