"""The vocabularies of the open standards, kept here so that a credential means the same for ever and offline.

Canonicalisation needs what each `@context` says. A context that were fetched could change meanings after signing, and
would tell its host who checks what; so these files are all there are.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from takwin_certificates.badge.refusals import CredentialRefused, Reason

CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_V3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1: Final = "https://w3id.org/security/multikey/v1"
DID_V1: Final = "https://www.w3.org/ns/did/v1"
JWK_V1: Final = "https://w3id.org/security/jwk/v1"
"""Like that of DIDs, named in our DID document; nothing here expands one, so that the files are not kept."""

_FILES: Final[Mapping[str, str]] = {
    CREDENTIALS_V2: "credentials-v2.json",
    OPEN_BADGES_V3: "ob-v3p0-context-3.0.3.json",
    OPEN_BADGES_EXTENSIONS: "ob-v3p0-extensions.json",
    DATA_INTEGRITY_V2: "data-integrity-v2.json",
    MULTIKEY_V1: "multikey-v1.json",
}
NONE_MORE: Final[Mapping[str, Any]] = MappingProxyType({})


@functools.cache
def known() -> Mapping[str, Any]:
    """Return every context kept here, by its address."""
    folder = resources.files(__package__)
    return MappingProxyType({url: json.loads(folder.joinpath(name).read_text("utf-8")) for url, name in _FILES.items()})


def loader(more: Mapping[str, Any] = NONE_MORE) -> Callable[[str, Any], dict[str, Any]]:
    """Return what a JSON-LD processor asks for contexts; any address that is not kept here is refused, never fetched.

    `more` adds contexts by address, as the test vectors of the W3C need.
    """

    def load(url: str, _options: Any = None) -> dict[str, Any]:
        document = more.get(url, known().get(url))
        if document is None:
            raise CredentialRefused(Reason.CONTEXT_UNKNOWN, url[:200])
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}

    return load


def refuse_other_contexts(context: object, more: Mapping[str, Any] = NONE_MORE) -> None:
    """Refuse a document that brings definitions of its own, or names a context that is not kept here.

    VC Data Model 2.0 §4.3: the first is always that of credentials; its terms cannot then be redefined by the rest.
    """
    named = context if isinstance(context, list) else [context]
    for each in named:
        if not isinstance(each, str):
            raise CredentialRefused(Reason.CONTEXT_REDEFINED, "the document holds a context of its own")
        if each not in known() and each not in more:
            raise CredentialRefused(Reason.CONTEXT_UNKNOWN, each[:200])
    if named[:1] != [CREDENTIALS_V2] or len(set(named)) < len(named):
        raise CredentialRefused(Reason.CONTEXT_REDEFINED, f"{CREDENTIALS_V2} must come first, and each context once")
