"""Reading a credential by itself, in whatever file it was found: sealed record, JSON-LD, or JWT."""

from __future__ import annotations

from dataclasses import replace

from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Kind
from takwin_certificates.verifying.jwt_file import read_jwt
from takwin_certificates.verifying.linked_data import read_linked_data
from takwin_certificates.verifying.sealed import read_sealed
from takwin_certificates.verifying.statement import Read
from takwin_certificates.verifying.steps import Steps


def read_credential(kind: Kind, data: bytes, trust: Trust, steps: Steps) -> Read | None:
    """Return what a credential says; None, with the failed step written down, if it is not to be believed."""
    found: Read | None = None
    if kind is Kind.SEALED:
        found = read_sealed(data, steps)
    elif kind is Kind.LINKED_DATA:
        found = read_linked_data(data, trust, steps)
    elif kind is Kind.JWT:
        found = read_jwt(data, trust, steps)
    else:
        steps.failed("structure", "unknown_kind")
    return None if found is None else replace(found, statement=replace(found.statement, source=data.decode()))
