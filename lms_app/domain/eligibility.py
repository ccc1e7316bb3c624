"""What earns the certificate: a rule kept as data, and how far from it a learner is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms_app.domain.errors import Invalid

KINDS = ("grade", "completion")


@dataclass(frozen=True)
class Eligibility:
    """Whether the certificate is earned, and the one thing that is asked."""

    kind: str
    """`grade`, `completion`, or empty when the course gives no certificate."""
    asked: float
    reached: float

    @property
    def is_met(self) -> bool:
        """Tell whether the certificate is earned; rounding never takes it away."""
        return bool(self.kind) and self.reached + 1e-9 >= self.asked


def read_rule(rule: Mapping[str, Any]) -> tuple[str, float]:
    """Return kind and threshold of a certificate rule; refuse one that nobody, or everybody, would meet."""
    if not rule:
        return "", 0.0
    kind, at_least = rule.get("kind"), rule.get("at_least")
    if kind not in KINDS or not isinstance(at_least, int | float) or not 0 < at_least <= 1:
        raise Invalid("bad_certificate_rule", rule=dict(rule))
    return str(kind), float(at_least)


def judge(rule: Mapping[str, Any], *, grade: float, completion: float) -> Eligibility:
    """Return where a learner with this grade and completion (0 to 1) stands against the rule."""
    kind, asked = read_rule(rule)
    return Eligibility(kind, asked, {"grade": grade, "completion": completion}.get(kind, 0.0))
