"""Who the issuer is, for machines: its `did:web`, its keys of all times, its profile and the key set for JWT readers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlsplit

from takwin_certificates.badge.contexts import CREDENTIALS_V2, DID_V1, JWK_V1, MULTIKEY_V1, OPEN_BADGES_V3
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.keys import p256_key_of
from takwin_certificates.keys.p256 import jwk_of
from takwin_certificates.trust import Purpose, TrustedKey

_ASSERTS: Final = (Purpose.RECORD, Purpose.JWT)


def did_of(site: str) -> str:
    """Return the `did:web` of a site: `https://learn.example.org:8443/x` is `did:web:learn.example.org%3A8443:x`.

    Refuses an address without a host, or with a user, a query or a fragment (did:web method specification).
    """
    try:
        parts = urlsplit(site)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise CredentialRefused(Reason.RELATIVE_IRI, f"{site[:100]!r} is not the address of a site") from error
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment or parts.username is not None:
        raise CredentialRefused(Reason.RELATIVE_IRI, f"{site[:100]!r} is not the address of a site")
    place = quote(host, safe="") + (f"%3A{port}" if port else "")
    return ":".join(["did:web", place, *(quote(each, safe="") for each in parts.path.split("/") if each)])


def document(site: str, keys: Iterable[TrustedKey]) -> dict[str, Any]:
    """Return the DID document, for `/.well-known/did.json`: every key that ever was, so that old certificates verify for ever.

    A key that was stolen stays listed with `revoked` and no longer makes assertions (Controlled Identifiers 1.0 §2.2).
    """
    did = did_of(site)
    ours = sorted((key for key in keys if key.purpose in _ASSERTS), key=lambda key: (key.purpose, key.key_id))
    return {
        "@context": [DID_V1, MULTIKEY_V1, JWK_V1],
        "id": did,
        "verificationMethod": [_method(did, key) for key in ours],
        "assertionMethod": [f"{did}#{key.key_id}" for key in ours if key.compromised_at is None],
    }


def profile(site: str, name: str, *, description: str = "", email: str = "", image: str = "") -> dict[str, Any]:
    """Return the issuer as an Open Badges 3.0 Profile, for the issuer's page to answer machines with."""
    told: dict[str, Any] = {"description": description, "email": email}
    if image:
        told["image"] = {"id": image, "type": "Image"}
    about = {"id": did_of(site), "type": ["Profile"], "name": name, "url": site.rstrip("/")}
    return {"@context": [CREDENTIALS_V2, OPEN_BADGES_V3], **about, **{key: value for key, value in told.items() if value}}


def key_set(site: str, keys: Iterable[TrustedKey]) -> dict[str, Any]:
    """Return the JSON Web Key Set of the keys for JWT, without the stolen ones (RFC 7517)."""
    did = did_of(site)
    ours = sorted((key for key in keys if key.purpose is Purpose.JWT and key.compromised_at is None), key=lambda each: each.key_id)
    return {
        "keys": [{**jwk_of(p256_key_of(each.key_id)), "kid": f"{did}#{each.key_id}", "alg": "ES256", "use": "sig"} for each in ours]
    }


def _method(did: str, key: TrustedKey) -> dict[str, Any]:
    """Return a key as each kind of reader looks for it: proofs ask for a Multikey, JWT readers for a JSON Web Key."""
    method: dict[str, Any] = {"id": f"{did}#{key.key_id}", "type": "Multikey", "controller": did, "publicKeyMultibase": key.key_id}
    if key.purpose is Purpose.JWT:
        del method["publicKeyMultibase"]
        method |= {"type": "JsonWebKey", "publicKeyJwk": jwk_of(p256_key_of(key.key_id))}
    if key.compromised_at:
        method["revoked"] = key.compromised_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return method
