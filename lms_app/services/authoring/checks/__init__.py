"""What to look at in a course before it is published."""

from lms_app.services.authoring.checks.findings import SEVERITIES, Finding, Severity
from lms_app.services.authoring.checks.running import run

__all__ = ["SEVERITIES", "Finding", "Severity", "run"]
