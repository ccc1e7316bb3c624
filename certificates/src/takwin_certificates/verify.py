"""Checking a certificate, whatever file it came in, and saying in words what is known of it and what is not.

Three questions are answered apart, because one "verified" hides the other two: is it genuine, is it still valid, and
who issued it?
"""

from __future__ import annotations

from takwin_certificates.verifying.files import check_file
from takwin_certificates.verifying.finding import Check, Fact, Finding, Genuine, Kind, Outcome, Reason, Valid
from takwin_certificates.verifying.wording import describe, words_in

__all__ = ["Check", "Fact", "Finding", "Genuine", "Kind", "Outcome", "Reason", "Valid", "check_file", "describe", "words_in"]
