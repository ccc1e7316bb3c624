"""Files of every kind that a verifier may be given, as data: a name, how to make it, and the answers it must get.

The names follow the fixtures of the public Open Badges validator; what they hold is made here, by one issuer that the
reader trusts, by another that is trusted too, and by strangers.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from takwin_certificates import token
from takwin_certificates.badge.achievement import credential_of, to_bytes
from takwin_certificates.badge.baking import bake_png, bake_svg
from takwin_certificates.badge.proof import JCS, add_proof
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Genuine, Reason, Valid
from tests.certificates.forging import (
    altered,
    baked_and_changed,
    baked_twice,
    base64url,
    did_key,
    drop,
    edited,
    encrypted,
    jwt_with,
    linked_by_openbadgeslib,
    mismatched_before_signing,
    of_openbadgeslib,
    put,
    signed_by_stranger,
    stranger_jwt,
    stranger_signs_jwt,
    swapped_attachment,
    unnamed,
    updated_after_signing,
    with_launch,
    with_script,
    with_second_attachment,
    with_two_proofs,
    without_attachment,
    without_signature,
)
from tests.certificates.issuing_world import (
    DID,
    ISSUED,
    NOW,
    OTHER,
    PLACE,
    PNG,
    SITE,
    SVG,
    World,
)


@dataclass(frozen=True, kw_only=True)
class KindOfFile:
    """One kind of file, and what must be said of it."""

    name: str
    build: Callable[[World], bytes]
    genuine: Genuine
    valid: Valid = Valid.UNKNOWN
    step: tuple[str, str]
    """A step that must have been written down, with its code: the one that matters for this file."""
    reasons: tuple[Reason, ...] = ()
    trust: Callable[[World], Trust] = World.trust


def _yes(name: str, build: Callable[[World], bytes], step: tuple[str, str], **more: Any) -> KindOfFile:
    return KindOfFile(name=name, build=build, genuine=Genuine.YES, valid=more.pop("valid", Valid.YES), step=step, **more)


def _no(name: str, build: Callable[[World], bytes], step: tuple[str, str], **more: Any) -> KindOfFile:
    return KindOfFile(name=name, build=build, genuine=Genuine.NO, step=step, **more)


def _open(name: str, build: Callable[[World], bytes], step: tuple[str, str], **more: Any) -> KindOfFile:
    return KindOfFile(name=name, build=build, genuine=Genuine.CANNOT_TELL, step=step, **more)


def _out_of_force(name: str, build: Callable[[World], bytes], code: str, reason: Reason, **more: Any) -> KindOfFile:
    name_of_step = "dates" if reason in (Reason.EXPIRED, Reason.NOT_YET_VALID) else "status"
    return _yes(name, build, (name_of_step, code), valid=Valid.NO, reasons=(reason,), **more)


def _status(name: str, code: str, lists: Callable[[World], Mapping[str, bytes]], **more: Any) -> KindOfFile:
    more = {"valid": Valid.UNKNOWN, **more}
    return _yes(name, lambda w: to_bytes(w.linked()), ("status", code), trust=lambda w: w.trust(lists=lists(w)), **more)


def _others_status(name: str, index: object, code: str, **more: Any) -> KindOfFile:
    """Make a credential of the other issuer with this index in its own list, whose bit 23 is set."""
    url = "https://badges.example.net/status/3"

    def build(world: World) -> bytes:
        entry = {"id": f"{url}#23", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListCredential": url}
        return to_bytes(world.others(put("credentialStatus", to={**entry, "statusListIndex": index})))

    def trust(world: World) -> Trust:
        return world.trust(lists={url: world.list("revocation", [23], key=world.other_key, issuer=OTHER, url=url)})

    return _yes(name, build, ("status", code), trust=trust, **more)


_DOCTYPE: Final = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_BITS: Final = ("credentialSubject", "encodedList")
_WRONG_TYPES: Final[Mapping[str, tuple[tuple[str | int, ...], object]]] = {
    "credential": (("type",), ["VerifiableCredential", "StudentCard"]),
    "credential without the general type": (("type",), ["OpenBadgeCredential"]),
    "issuer": (("issuer", "type"), ["Person"]),
    "subject": (("credentialSubject", "type"), ["Person"]),
    "achievement": (("credentialSubject", "achievement", "type"), ["Course"]),
    "identifier": (("credentialSubject", "identifier", 0, "type"), "Name"),
    "result": (("credentialSubject", "result", 0, "type"), ["Score"]),
    "image": (("credentialSubject", "achievement", "image", "type"), "Picture"),
}
_MISSING: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id",),
    "start": ("validFrom",),
    "issuer's id": ("issuer", "id"),
    "achievement": ("credentialSubject", "achievement"),
    "achievement's name": ("credentialSubject", "achievement", "name"),
    "achievement's criteria": ("credentialSubject", "achievement", "criteria"),
}


KINDS: Final[tuple[KindOfFile, ...]] = (
    # good ones, in every form
    _yes("good sealed record", World.sealed, ("signature", "ok")),
    _yes("good linked data", lambda w: to_bytes(w.linked()), ("signature", "eddsa_rdfc_2022")),
    _yes("good linked data with JCS", lambda w: to_bytes(w.linked(cryptosuite=JCS)), ("signature", "eddsa_jcs_2022")),
    _yes("good linked data, indented", lambda w: json.dumps(w.linked(), indent=2).encode(), ("signature", "eddsa_rdfc_2022")),
    _yes("good JWT", lambda w: w.jwt().encode(), ("signature", "es256")),
    _yes("good PDF", lambda w: w.pdf, ("agreement", "ok")),
    _yes("good PDF, pressed for a cohort", lambda w: w.pressed_pdf, ("agreement", "ok")),
    _yes("good token", lambda w: token.url(SITE, w.token()).encode(), ("signature", "ok")),
    _yes("good token in small letters", lambda w: token.url(SITE, w.token()).lower().encode(), ("signature", "ok")),
    _yes("good of another issuer", lambda w: to_bytes(w.others()), ("facts", "facts_of_others")),
    _yes("good with several proofs", with_two_proofs(True, True), ("signature", "eddsa_rdfc_2022")),
    _yes("good with one good proof of two", with_two_proofs(False, True), ("signature", "eddsa_rdfc_2022")),
    _yes(
        "good with a key retired since",
        World.sealed,
        ("key_life", "ok"),
        trust=lambda w: w.trust(retired_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC)),
    ),
    # dates
    _out_of_force("expired", lambda w: to_bytes(w.linked(w.record(valid_until=dt.date(2026, 9, 1)))), "expired", Reason.EXPIRED),
    _out_of_force("expired JWT", lambda w: w.jwt(valid_until=dt.date(2026, 9, 1)).encode(), "expired", Reason.EXPIRED),
    _out_of_force("expired sealed record", lambda w: w.sealed(valid_until=dt.date(2026, 9, 1)), "expired", Reason.EXPIRED),
    _out_of_force(
        "expired token", lambda w: token.url(SITE, w.token(valid_until=dt.date(2026, 9, 1))).encode(), "expired", Reason.EXPIRED
    ),
    _out_of_force(
        "not yet valid",
        lambda w: to_bytes(w.others(put("validFrom", to="2027-01-01T00:00:00Z"))),
        "not_yet_valid",
        Reason.NOT_YET_VALID,
    ),
    _yes(
        "valid from within a day, by a clock that is behind",
        lambda w: to_bytes(w.linked(w.record(issued_at=NOW + dt.timedelta(hours=20), issued_on=dt.date(2026, 11, 23)))),
        ("dates", "ok"),
    ),
    # shape and subject
    *(
        _no(
            f"wrong type of {name}",
            lambda w, at=path, to=value: to_bytes(w.others(put(*at, to=to), cryptosuite=JCS)),
            ("structure", "wrong_type"),
        )
        for name, (path, value) in _WRONG_TYPES.items()
    ),
    *(
        _no(f"without {name}", lambda w, at=path: altered(w.others(), drop(*at)), ("structure", "part_missing"))
        for name, path in _MISSING.items()
    ),
    _no("without subject identifier", lambda w: to_bytes(w.others(unnamed)), ("subject", "subject_missing")),
    # proof
    _no("no proof", lambda w: to_bytes(credential_of(w.record())), ("signature", "credential_no_proof")),
    _no("bad proof type", lambda w: altered(w.linked(), put("proof", "type", to="Proof")), ("signature", "credential_proof_shape")),
    _no(
        "bad proof method",
        lambda w: altered(w.linked(), put("proof", "verificationMethod", to=f"{OTHER}#{w.key.key_id}")),
        ("signature", "credential_foreign_issuer"),
    ),
    _no(
        "bad proof value",
        lambda w: to_bytes({**w.linked(), "proof": w.linked(w.record(hours=200))["proof"]}),
        ("signature", "credential_signature"),
    ),
    _no(
        "proof value cut",
        lambda w: altered(w.linked(), put("proof", "proofValue", to="z3u2en7t5")),
        ("signature", "credential_proof_shape"),
    ),
    _no(
        "bad proof purpose",
        lambda w: altered(w.linked(), put("proof", "proofPurpose", to="authentication")),
        ("signature", "credential_proof_purpose"),
    ),
    _open(
        "proof of a suite that is not checked",
        lambda w: altered(w.linked(), put("proof", "cryptosuite", to="ecdsa-sd-2023")),
        ("signature", "credential_cryptosuite"),
    ),
    _no("several proofs, none good", with_two_proofs(False, False), ("signature", "credential_signature")),
    _no(
        "too many proofs",
        lambda w: altered(w.linked(), put("proof", to=[w.linked()["proof"]] * 9)),
        ("signature", "credential_no_proof"),
    ),
    _open("did:key of a stranger", lambda w: to_bytes(did_key(w)), ("issuer_key", "key_unknown")),
    _no(
        "did:key, changed", lambda w: to_bytes(did_key(w, validFrom="2026-02-01T00:00:00Z")), ("signature", "credential_signature")
    ),
    _open(
        "did:web of a stranger, with a key that we can read",
        lambda w: to_bytes(w.others(issuer="did:web:evil.example", key=w.stranger)),
        ("issuer_key", "key_unknown"),
    ),
    _open(
        "did:web of a stranger, with a key that would have to be fetched",
        lambda w: altered(
            w.others(issuer="did:web:evil.example", key=w.stranger),
            put("proof", "verificationMethod", to="did:web:evil.example#key-1"),
        ),
        ("signature", "key_unreadable"),
    ),
    _open("our DID with a stranger's key", lambda w: to_bytes(w.others(issuer=DID, key=w.stranger)), ("issuer_key", "key_unknown")),
    # the key's life
    _open(
        "signed after the key was retired",
        World.sealed,
        ("key_life", "signed_after_retirement"),
        trust=lambda w: w.trust(retired_at=dt.datetime(2026, 7, 15, tzinfo=dt.UTC)),
    ),
    _open(
        "signed by a stolen key",
        lambda w: to_bytes(w.linked()),
        ("key_life", "key_compromised"),
        trust=lambda w: w.trust(compromised_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC)),
        valid=Valid.NO,
        reasons=(Reason.KEY_COMPROMISED,),
    ),
    # status
    _status("revoked", "revoked", lambda w: w.lists(revoked=[PLACE.index]), valid=Valid.NO, reasons=(Reason.REVOKED,)),
    _status("suspended", "suspended", lambda w: w.lists(suspended=[PLACE.index]), valid=Valid.NO, reasons=(Reason.SUSPENDED,)),
    _status(
        "revoked in a list that is out of date",
        "revoked",
        lambda w: w.lists(revoked=[PLACE.index], at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC)),
        valid=Valid.NO,
        reasons=(Reason.REVOKED,),
    ),
    _status("list out of date", "status_list_expired", lambda w: w.lists(at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))),
    _status("list from the future", "status_verification_error", lambda w: w.lists(at=dt.datetime(2027, 9, 1, tzinfo=dt.UTC))),
    _status("no list at hand", "status_retrieval_error", lambda _: {}),
    _status(
        "list of the wrong purpose",
        "status_verification_error",
        lambda w: w.lists(change=put("credentialSubject", "statusPurpose", to="message")),
    ),
    _status(
        "list too short",
        "status_list_length_error",
        lambda w: w.lists(change=put(*_BITS, to="u" + base64url(gzip.compress(bytes(1024))).decode())),
    ),
    _status("list with bad gzip", "status_malformed_value_error", lambda w: w.lists(change=put(*_BITS, to="uAAAA"))),
    _status(
        "list that unfolds without end",
        "status_malformed_value_error",
        lambda w: w.lists(change=put(*_BITS, to="u" + base64url(gzip.compress(bytes(64 << 20))).decode())),
    ),
    _status("list of another issuer", "status_list_of_another", lambda w: w.lists(key=w.other_key, issuer=OTHER)),
    _status("list signed by a stranger", "status_list_not_genuine", lambda w: w.lists(key=w.stranger)),
    _status(
        "list changed after signing",
        "status_list_not_genuine",
        lambda w: {each: content.replace(b"2026-11-29", b"2036-11-29") for each, content in w.lists().items()},
    ),
    _others_status("index as a text", "23", "revoked", valid=Valid.NO, reasons=(Reason.REVOKED,)),
    _others_status("index as a number", 23, "revoked", valid=Valid.NO, reasons=(Reason.REVOKED,)),
    _others_status("index of another", "24", "not_revoked"),
    _others_status("index outside the list", "131072", "status_range_error", valid=Valid.UNKNOWN),
    _others_status("negative index", "-1", "status_range_error", valid=Valid.UNKNOWN),
    _others_status("index that is no number", "0x17", "status_malformed_value_error", valid=Valid.UNKNOWN),
    # refresh and endorsements are told, never followed
    _yes(
        "with a refresh service",
        lambda w: to_bytes(
            w.others(
                put("refreshService", to={"id": "http://169.254.169.254/", "type": "1EdTechCredentialRefresh"}), cryptosuite=JCS
            )
        ),
        ("refresh", "never_followed"),
    ),
    # JSON-LD attacks
    _no(
        "context redefined",
        lambda w: altered(w.linked(), lambda d: d["@context"].append({"name": "https://schema.org/alternateName"})),
        ("signature", "credential_context_redefined"),
    ),
    _no(
        "context replaced",
        lambda w: altered(w.linked(), put("@context", 1, to="https://evil.example/context.json")),
        ("signature", "credential_context_unknown"),
    ),
    _no(
        "property that no signature covers",
        lambda w: altered(w.linked(), put("grade", to="excellent")),
        ("signature", "credential_undefined_term"),
    ),
    _no(
        "null that no signature covers",
        lambda w: altered(w.linked(), put("evidence", 0, "name", to=None)),
        ("signature", "credential_unsigned"),
    ),
    _no(
        "relative address",
        lambda w: altered(w.others(), put("evidence", to=[{"id": "/x", "type": ["Evidence"]}])),
        ("signature", "credential_relative_iri"),
    ),
    _no(
        "nameless things without end",
        lambda w: altered(w.others(), put("credentialSubject", "result", to=[{"type": ["Result"], "value": "1"}] * 420)),
        ("signature", "credential_blank_nodes"),
    ),
    _no(
        "a key twice",
        lambda w: to_bytes(w.linked()).replace(b'"awardedDate":', b'"name":"C1","awardedDate":', 1),
        ("structure", "credential_not_json"),
    ),
    _no(
        "shows something else than the record inside",
        lambda w: to_bytes(add_proof({**credential_of(w.record()), "description": "Diplôme"}, w.key, created=ISSUED)),
        ("facts", "credential_record_differs"),
    ),
    # JWT attacks
    _no("JWT with alg none", without_signature("none"), ("signature", "credential_jwt_shape")),
    _no("JWT with alg none and the old signature", without_signature("None"), ("signature", "credential_jwt_algorithm")),
    _no("JWT with HS256 and the public key", without_signature("HS256"), ("signature", "credential_jwt_algorithm")),
    _no("JWT in our name by an algorithm that we never use", without_signature("ES384"), ("signature", "credential_jwt_algorithm")),
    _open("JWT of others by Ed25519", of_openbadgeslib("EdDSA"), ("signature", "algorithm_of_others")),
    _open("JWT of others that brings its key", of_openbadgeslib("ES256"), ("signature", "key_brought_by_others")),
    _yes("linked data made by another library", linked_by_openbadgeslib, ("signature", "eddsa_rdfc_2022")),
    _no(
        "JWT that brings its key",
        jwt_with(lambda _w, head, _b: head.update(jwk={"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})),
        ("signature", "credential_jwt_key_brought"),
    ),
    _no(
        "JWT with a header of its own",
        jwt_with(lambda _w, head, _b: head.update(crit=["b64"], b64=False)),
        ("signature", "credential_jwt_header"),
    ),
    *(
        _no(
            f"JWT with kid {kid}",
            jwt_with(lambda _w, head, _b, kid=kid: head.update(kid=kid)),
            ("signature", "credential_foreign_issuer"),
        )
        for kid in ("file:///etc/passwd", "http://127.0.0.1/keys#1", f"{OTHER}#key-1")
    ),
    _no(
        "JWT whose claims contradict it",
        jwt_with(lambda _w, _h, body: body.update(sub="urn:uuid:00000000-0000-0000-0000-000000000000")),
        ("signature", "credential_jwt_claims"),
    ),
    _no(
        "JWT of our kid signed by a stranger",
        jwt_with(lambda _w, _h, _b: None, stranger_jwt),
        ("signature", "credential_signature"),
    ),
    _open("JWT of a stranger in our name", stranger_signs_jwt, ("issuer_key", "key_unknown")),
    # PDF
    _no("PDF not signed, with genuine facts attached", lambda w: w.drawn, ("pdf_signature", "pdf_not_signed")),
    _open("PDF that is a picture alone", lambda w: edited(w, without_attachment), ("attachment", "pdf_bare")),
    _open("PDF with a password", encrypted, ("pdf_structure", "pdf_encrypted")),
    _no("PDF with the attachment of another", swapped_attachment, ("pdf_signature", "signature_wrong")),
    _no("PDF signed around the attachment of another", mismatched_before_signing, ("agreement", "attachment_differs")),
    _no("PDF with a revision after the signature", updated_after_signing, ("pdf_coverage", "changed_after_signing")),
    _no("PDF with something after its end", lambda w: w.pdf + b"\n%", ("pdf_coverage", "changed_after_signing")),
    _no("PDF signed by a stranger around genuine facts", signed_by_stranger, ("agreement", "signed_by_another")),
    _no(
        "PDF signed without facts",
        lambda w: w.signed_pdf(edited(w, without_attachment)),
        ("attachment", "attachment_missing"),
    ),
    _no(
        "PDF signed with two attachments",
        lambda w: w.signed_pdf(edited(w, with_second_attachment)),
        ("attachment", "attachment_many"),
    ),
    _no(
        "PDF with facts of another system",
        lambda w: w.signed_pdf(w.unsigned_pdf(to_bytes(w.others()))),
        ("agreement", "attachment_of_others"),
    ),
    _yes("PDF with a script", lambda w: w.signed_pdf(edited(w, with_script)), ("pdf_active", "active_content")),
    _yes("PDF that starts a program", lambda w: w.signed_pdf(edited(w, with_launch)), ("pdf_active", "active_content")),
    # badges: pictures that carry a credential
    _yes("baked PNG with JSON", lambda w: bake_png(PNG, to_bytes(w.linked())), ("baked", "ok")),
    _yes("baked PNG with JWT", lambda w: bake_png(PNG, w.jwt()), ("baked", "ok")),
    _yes("baked SVG with JSON", lambda w: bake_svg(SVG, to_bytes(w.linked())), ("baked", "ok")),
    _yes("baked SVG with JWT", lambda w: bake_svg(SVG, w.jwt()), ("baked", "ok")),
    _no("PNG without a credential", lambda _: PNG, ("baked", "credential_nothing_baked")),
    _no("SVG without a credential", lambda _: SVG, ("baked", "credential_nothing_baked")),
    _no("PNG with two credentials", baked_twice, ("baked", "credential_baked_twice")),
    _no("PNG with a sealed record", lambda w: bake_png(PNG, w.sealed()), ("baked", "unknown_kind")),
    _no("PNG whose sum does not fit", lambda w: bake_png(PNG, w.jwt())[:-5] + b"\0" * 5, ("baked", "credential_picture")),
    _no("PNG cut short", lambda w: bake_png(PNG, w.jwt())[:-20], ("baked", "credential_picture")),
    _no("SVG with entities", lambda w: _DOCTYPE + bake_svg(SVG, w.jwt()), ("baked", "credential_picture")),
    _no("baked, then changed", baked_and_changed, ("signature", "credential_signature")),
    # nothing of the kind
    _no("a text", lambda _: b"This certifies that", ("structure", "unknown_kind")),
    _no("JSON of another kind", lambda _: b'{"name":"Amina"}', ("structure", "malformed")),
)
