"""The one canonical form of a credential, over which it is signed: RDF Dataset Canonicalization of its statements."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from takwin_certificates.badge.contexts import NONE_MORE, loader
from takwin_certificates.badge.guards import RELATIVE, UNDEFINED, refuse_unusual, refuse_what_vanishes
from takwin_certificates.badge.refusals import CredentialRefused, Reason

_ONE_AT_A_TIME: Final = threading.Lock()
"""pyld keeps what it has read of contexts in caches that two threads may not change together."""


def canonical_form(document: Mapping[str, Any], *, more: Mapping[str, Any] = NONE_MORE) -> bytes:
    """Return the canonical N-Quads of a document without proof (RDFC-1.0 with SHA-256).

    Refuses contexts that are not kept here, words that no context knows, relative addresses, and shapes that would take too long.
    """
    from pyld import jsonld  # type: ignore[import-untyped] # noqa: PLC0415 -- slow import

    refuse_unusual(document, more)
    context = document["@context"]
    named = context if isinstance(context, list) else [context]
    watched = {**document, "@context": [{"@vocab": UNDEFINED}, *named]}  # a context with a vocabulary of its own overrides it
    options = {"documentLoader": loader(more), "processingMode": "json-ld-1.1"}
    try:
        with _ONE_AT_A_TIME:
            refuse_what_vanishes(jsonld.expand(watched, {**options, "base": f"{RELATIVE}//x/"}))
            quads = jsonld.normalize(dict(document), {**options, "algorithm": "URDNA2015", "format": "application/n-quads"})
    except jsonld.JsonLdError as error:
        raise CredentialRefused(_reason_of(error), str(error.type)) from error
    return str(quads).encode()


def _reason_of(error: BaseException | None) -> Reason:
    """Name what the processor complains of; a refusal of ours may lie beneath."""
    while error is not None:
        if isinstance(error, CredentialRefused):
            return error.reason
        error = error.__cause__
    return Reason.NOT_CANONICAL
