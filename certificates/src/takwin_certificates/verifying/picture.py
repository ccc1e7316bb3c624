"""A badge: a PNG or SVG that carries a credential. The drawing proves nothing and is not looked at; the credential is."""

from __future__ import annotations

from takwin_certificates.badge.baking import unbake
from takwin_certificates.badge.refusals import CredentialRefused
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Kind
from takwin_certificates.verifying.linked_data import code_of
from takwin_certificates.verifying.reading import read_credential
from takwin_certificates.verifying.sniffing import kind_of
from takwin_certificates.verifying.statement import Read
from takwin_certificates.verifying.steps import Steps

_INSIDE = frozenset({Kind.LINKED_DATA, Kind.JWT})


def read_picture(data: bytes, trust: Trust, steps: Steps) -> Read | None:
    """Return what the credential in a picture says; None, with the failed step written down, if there is none to believe.

    Refused (Open Badges 3.0 §5.3): damaged pictures, none or several credentials, entities and document types in an SVG.
    """
    try:
        inside = unbake(data).encode()
    except CredentialRefused as refused:
        steps.failed("baked", code_of(refused), refused.detail)
        return None
    kind = kind_of(inside)
    if kind not in _INSIDE:
        steps.failed("baked", "unknown_kind")
        return None
    steps.passed("baked")
    return read_credential(kind, inside, trust, steps)
