"""What machines ask of an issuer: its keys, its profile, its status lists, and the trust file for checks without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import NotFound
from lms_app.services.credentials import publishing
from lms_app.services.credentials.statuses import PURPOSES
from lms_app.web.account import limits
from lms_app.web.context import now, takwin
from takwin_certificates import trust_file
from takwin_certificates.badge import did, picture
from takwin_certificates.record import KINDS

_LD_JSON: Final = "application/vc+ld+json"
_MINUTES: Final = 60
_KEYS_FOR: Final = 60 * _MINUTES
_LISTS_FOR: Final = 5 * _MINUTES


def did_document() -> Response:
    """Give the DID document of this site: every key that ever signed for it."""
    here = takwin()
    return _public(did.document(here.settings.site_url, here.keys.states()), "application/did+json", _KEYS_FOR)


def key_set() -> Response:
    """Give the keys for JWT as a JWK set."""
    here = takwin()
    return _public(did.key_set(here.settings.site_url, here.keys.states()), "application/json", _KEYS_FOR)


def profile() -> Response:
    """Give the issuer as an Open Badges profile."""
    here = takwin()
    return _public(did.profile(here.settings.site_url, here.issuer.name), _LD_JSON, _KEYS_FOR)


def status_list(purpose: str, number: int) -> Response:
    """Give a status list, signed; it is signed anew when something changed."""
    if purpose not in PURPOSES:
        raise NotFound("no_such_list")
    here = takwin()
    with here.last_reading() as session:
        ready = publishing.ready_list(session, purpose, number, now=now())
    if ready is None:
        with here.transaction() as session:
            ready = publishing.status_list(session, purpose, number, site=here.settings.site_url, keys=here.keys, now=now())
    return _public(ready, _LD_JSON, _LISTS_FOR)


def trust() -> Response:
    """Give the trust file: what this site vouches for today, signed. It is made anew for each reader, so readers take turns."""
    here = takwin()
    limits.take(limits.TRUST_FILE)
    with here.transaction() as session:
        known = publishing.trust_of(session, site=here.settings.site_url, issuer=here.issuer.name, keys=here.keys, now=now())
    return _public(trust_file.publish(known, here.keys.record(), now=now()), "application/json", _LISTS_FOR)


def badge_picture(kind: str) -> Response:
    """Give the badge of a kind of certificate, without a credential in it: credentials name it as their picture."""
    if kind not in KINDS:
        raise NotFound("no_such_file")
    return _public(picture.png(kind), "image/png", _KEYS_FOR)


def root_certificates() -> Response:
    """Give the root certificates, for PDF readers that are to trust the signatures."""
    pems = [x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM) for root in takwin().keys.roots()]
    response = _public(b"".join(pems), "application/x-pem-file", _KEYS_FOR)
    response.headers["Content-Disposition"] = 'attachment; filename="takwin-root.pem"'
    return response


def log_head() -> Response:
    """Give the newest digest of the issue log, signed, for whoever wants to hold the issuer to it."""
    here = takwin()
    limits.take(limits.TRUST_FILE)
    with here.last_reading() as session:
        head = publishing.log_head(session, site=here.settings.site_url, keys=here.keys, now=now())
    return _public(head, "application/json", _MINUTES)


def credential_address(code: str) -> AnyResponse:
    """Lead from the address by which a credential names itself to the page about it."""
    return redirect(url_for("verify.check", code=code))


def _public(content: bytes | Mapping[str, Any], kind: str, seconds: int) -> Response:
    """Answer what every page of the world may read, and keep for a while."""
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False, indent=1).encode()
    response = Response(data, mimetype=kind)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.add_etag()
    response.make_conditional(request)
    return response


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.add_url_rule("/.well-known/did.json", view_func=did_document)
    pages.add_url_rule("/.well-known/jwks.json", view_func=key_set)
    pages.add_url_rule("/.well-known/takwin-trust.json", view_func=trust)
    pages.add_url_rule("/issuer.json", view_func=profile)
    pages.add_url_rule("/badges/<kind>.png", view_func=badge_picture)
    pages.add_url_rule("/issuer/root.pem", view_func=root_certificates)
    pages.add_url_rule("/issuer/log.json", view_func=log_head)
    pages.add_url_rule("/verify/<code>", view_func=credential_address)
    pages.add_url_rule("/status/<purpose>/<int:number>", view_func=status_list)
