"""Files of every kind that a verifier may be given, as data: a name, how to make it, and the answers it must get.

The names follow the fixtures of the public Open Badges validator; what they hold is made here, by one issuer that the
reader trusts, by another that is trusted too, and by strangers.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Mapping
from typing import Final

from takwin_certificates import token
from takwin_certificates.badge.achievement import credential_of, to_bytes
from takwin_certificates.badge.baking import bake_png, bake_svg
from takwin_certificates.badge.proof import JCS, add_proof
from takwin_certificates.verifying.finding import Reason, Valid
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
from tests.certificates.kind_of_file import KindOfFile, by_others_status, by_status, no, out_of_force, undecided, yes

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
    yes("good sealed record", World.sealed, ("signature", "ok")),
    yes("good linked data", lambda w: to_bytes(w.linked()), ("signature", "eddsa_rdfc_2022")),
    yes("good linked data with JCS", lambda w: to_bytes(w.linked(cryptosuite=JCS)), ("signature", "eddsa_jcs_2022")),
    yes("good linked data, indented", lambda w: json.dumps(w.linked(), indent=2).encode(), ("signature", "eddsa_rdfc_2022")),
    yes("good JWT", lambda w: w.jwt().encode(), ("signature", "es256")),
    yes("good PDF", lambda w: w.pdf, ("agreement", "ok")),
    yes("good PDF, pressed for a cohort", lambda w: w.pressed_pdf, ("agreement", "ok")),
    yes("good token", lambda w: token.url(SITE, w.token()).encode(), ("signature", "ok")),
    yes("good token in small letters", lambda w: token.url(SITE, w.token()).lower().encode(), ("signature", "ok")),
    yes("good of another issuer", lambda w: to_bytes(w.others()), ("facts", "facts_of_others")),
    yes("good with several proofs", with_two_proofs(True, True), ("signature", "eddsa_rdfc_2022")),
    yes("good with one good proof of two", with_two_proofs(False, True), ("signature", "eddsa_rdfc_2022")),
    yes(
        "good with a key retired since",
        World.sealed,
        ("key_life", "ok"),
        trust=lambda w: w.trust(retired_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC)),
    ),
    # dates
    out_of_force("expired", lambda w: to_bytes(w.linked(w.record(valid_until=dt.date(2026, 9, 1)))), "expired", Reason.EXPIRED),
    out_of_force("expired JWT", lambda w: w.jwt(valid_until=dt.date(2026, 9, 1)).encode(), "expired", Reason.EXPIRED),
    out_of_force("expired sealed record", lambda w: w.sealed(valid_until=dt.date(2026, 9, 1)), "expired", Reason.EXPIRED),
    out_of_force(
        "expired token", lambda w: token.url(SITE, w.token(valid_until=dt.date(2026, 9, 1))).encode(), "expired", Reason.EXPIRED
    ),
    out_of_force(
        "not yet valid",
        lambda w: to_bytes(w.others(put("validFrom", to="2027-01-01T00:00:00Z"))),
        "not_yet_valid",
        Reason.NOT_YET_VALID,
    ),
    yes(
        "valid from within a day, by a clock that is behind",
        lambda w: to_bytes(w.linked(w.record(issued_at=NOW + dt.timedelta(hours=20), issued_on=dt.date(2026, 11, 23)))),
        ("dates", "ok"),
    ),
    # shape and subject
    *(
        no(
            f"wrong type of {name}",
            lambda w, at=path, to=value: to_bytes(w.others(put(*at, to=to), cryptosuite=JCS)),
            ("structure", "wrong_type"),
        )
        for name, (path, value) in _WRONG_TYPES.items()
    ),
    *(
        no(f"without {name}", lambda w, at=path: altered(w.others(), drop(*at)), ("structure", "part_missing"))
        for name, path in _MISSING.items()
    ),
    no("without subject identifier", lambda w: to_bytes(w.others(unnamed)), ("subject", "subject_missing")),
    # proof
    no("no proof", lambda w: to_bytes(credential_of(w.record())), ("signature", "credential_no_proof")),
    no("bad proof type", lambda w: altered(w.linked(), put("proof", "type", to="Proof")), ("signature", "credential_proof_shape")),
    no(
        "bad proof method",
        lambda w: altered(w.linked(), put("proof", "verificationMethod", to=f"{OTHER}#{w.key.key_id}")),
        ("signature", "credential_foreign_issuer"),
    ),
    no(
        "bad proof value",
        lambda w: to_bytes({**w.linked(), "proof": w.linked(w.record(hours=200))["proof"]}),
        ("signature", "credential_signature"),
    ),
    no(
        "proof value cut",
        lambda w: altered(w.linked(), put("proof", "proofValue", to="z3u2en7t5")),
        ("signature", "credential_proof_shape"),
    ),
    no(
        "bad proof purpose",
        lambda w: altered(w.linked(), put("proof", "proofPurpose", to="authentication")),
        ("signature", "credential_proof_purpose"),
    ),
    undecided(
        "proof of a suite that is not checked",
        lambda w: altered(w.linked(), put("proof", "cryptosuite", to="ecdsa-sd-2023")),
        ("signature", "credential_cryptosuite"),
    ),
    no("several proofs, none good", with_two_proofs(False, False), ("signature", "credential_signature")),
    no(
        "too many proofs",
        lambda w: altered(w.linked(), put("proof", to=[w.linked()["proof"]] * 9)),
        ("signature", "credential_no_proof"),
    ),
    undecided("did:key of a stranger", lambda w: to_bytes(did_key(w)), ("issuer_key", "key_unknown")),
    no("did:key, changed", lambda w: to_bytes(did_key(w, validFrom="2026-02-01T00:00:00Z")), ("signature", "credential_signature")),
    undecided(
        "did:web of a stranger, with a key that we can read",
        lambda w: to_bytes(w.others(issuer="did:web:evil.example", key=w.stranger)),
        ("issuer_key", "key_unknown"),
    ),
    undecided(
        "did:web of a stranger, with a key that would have to be fetched",
        lambda w: altered(
            w.others(issuer="did:web:evil.example", key=w.stranger),
            put("proof", "verificationMethod", to="did:web:evil.example#key-1"),
        ),
        ("signature", "key_unreadable"),
    ),
    undecided(
        "our DID with a stranger's key", lambda w: to_bytes(w.others(issuer=DID, key=w.stranger)), ("issuer_key", "key_unknown")
    ),
    # the key's life
    undecided(
        "signed after the key was retired",
        World.sealed,
        ("key_life", "signed_after_retirement"),
        trust=lambda w: w.trust(retired_at=dt.datetime(2026, 7, 15, tzinfo=dt.UTC)),
    ),
    undecided(
        "signed by a stolen key",
        lambda w: to_bytes(w.linked()),
        ("key_life", "key_compromised"),
        trust=lambda w: w.trust(compromised_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC)),
        valid=Valid.NO,
        reasons=(Reason.KEY_COMPROMISED,),
    ),
    # status
    by_status("revoked", "revoked", lambda w: w.lists(revoked=[PLACE.index]), valid=Valid.NO, reasons=(Reason.REVOKED,)),
    by_status("suspended", "suspended", lambda w: w.lists(suspended=[PLACE.index]), valid=Valid.NO, reasons=(Reason.SUSPENDED,)),
    by_status(
        "revoked in a list that is out of date",
        "revoked",
        lambda w: w.lists(revoked=[PLACE.index], at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC)),
        valid=Valid.NO,
        reasons=(Reason.REVOKED,),
    ),
    by_status("list out of date", "status_list_expired", lambda w: w.lists(at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))),
    by_status("list from the future", "status_verification_error", lambda w: w.lists(at=dt.datetime(2027, 9, 1, tzinfo=dt.UTC))),
    by_status("no list at hand", "status_retrieval_error", lambda _: {}),
    by_status(
        "list of the wrong purpose",
        "status_verification_error",
        lambda w: w.lists(change=put("credentialSubject", "statusPurpose", to="message")),
    ),
    by_status(
        "list too short",
        "status_list_length_error",
        lambda w: w.lists(change=put(*_BITS, to="u" + base64url(gzip.compress(bytes(1024))).decode())),
    ),
    by_status("list with bad gzip", "status_malformed_value_error", lambda w: w.lists(change=put(*_BITS, to="uAAAA"))),
    by_status(
        "list that unfolds without end",
        "status_malformed_value_error",
        lambda w: w.lists(change=put(*_BITS, to="u" + base64url(gzip.compress(bytes(64 << 20))).decode())),
    ),
    by_status("list of another issuer", "status_list_of_another", lambda w: w.lists(key=w.other_key, issuer=OTHER)),
    by_status("list signed by a stranger", "status_list_not_genuine", lambda w: w.lists(key=w.stranger)),
    by_status(
        "list changed after signing",
        "status_list_not_genuine",
        lambda w: {each: content.replace(b"2026-11-29", b"2036-11-29") for each, content in w.lists().items()},
    ),
    by_others_status("index as a text", "23", "revoked", valid=Valid.NO, reasons=(Reason.REVOKED,)),
    by_others_status("index as a number", 23, "revoked", valid=Valid.NO, reasons=(Reason.REVOKED,)),
    by_others_status("index of another", "24", "not_revoked"),
    by_others_status("index outside the list", "131072", "status_range_error", valid=Valid.UNKNOWN),
    by_others_status("negative index", "-1", "status_range_error", valid=Valid.UNKNOWN),
    by_others_status("index that is no number", "0x17", "status_malformed_value_error", valid=Valid.UNKNOWN),
    # refresh and endorsements are told, never followed
    yes(
        "with a refresh service",
        lambda w: to_bytes(
            w.others(
                put("refreshService", to={"id": "http://169.254.169.254/", "type": "1EdTechCredentialRefresh"}), cryptosuite=JCS
            )
        ),
        ("refresh", "never_followed"),
    ),
    # JSON-LD attacks
    no(
        "context redefined",
        lambda w: altered(w.linked(), lambda d: d["@context"].append({"name": "https://schema.org/alternateName"})),
        ("signature", "credential_context_redefined"),
    ),
    no(
        "context replaced",
        lambda w: altered(w.linked(), put("@context", 1, to="https://evil.example/context.json")),
        ("signature", "credential_context_unknown"),
    ),
    no(
        "property that no signature covers",
        lambda w: altered(w.linked(), put("grade", to="excellent")),
        ("signature", "credential_undefined_term"),
    ),
    no(
        "null that no signature covers",
        lambda w: altered(w.linked(), put("evidence", 0, "name", to=None)),
        ("signature", "credential_unsigned"),
    ),
    no(
        "relative address",
        lambda w: altered(w.others(), put("evidence", to=[{"id": "/x", "type": ["Evidence"]}])),
        ("signature", "credential_relative_iri"),
    ),
    no(
        "nameless things without end",
        lambda w: altered(w.others(), put("credentialSubject", "result", to=[{"type": ["Result"], "value": "1"}] * 420)),
        ("signature", "credential_blank_nodes"),
    ),
    no(
        "a key twice",
        lambda w: to_bytes(w.linked()).replace(b'"awardedDate":', b'"name":"C1","awardedDate":', 1),
        ("structure", "credential_not_json"),
    ),
    no(
        "shows something else than the record inside",
        lambda w: to_bytes(add_proof({**credential_of(w.record()), "description": "Diplôme"}, w.key, created=ISSUED)),
        ("facts", "credential_record_differs"),
    ),
    # JWT attacks
    no("JWT with alg none", without_signature("none"), ("signature", "credential_jwt_shape")),
    no("JWT with alg none and the old signature", without_signature("None"), ("signature", "credential_jwt_algorithm")),
    no("JWT with HS256 and the public key", without_signature("HS256"), ("signature", "credential_jwt_algorithm")),
    no("JWT in our name by an algorithm that we never use", without_signature("ES384"), ("signature", "credential_jwt_algorithm")),
    undecided("JWT of others by Ed25519", of_openbadgeslib("EdDSA"), ("signature", "algorithm_of_others")),
    undecided("JWT of others that brings its key", of_openbadgeslib("ES256"), ("signature", "key_brought_by_others")),
    yes("linked data made by another library", linked_by_openbadgeslib, ("signature", "eddsa_rdfc_2022")),
    no(
        "JWT that brings its key",
        jwt_with(lambda _w, head, _b: head.update(jwk={"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})),
        ("signature", "credential_jwt_key_brought"),
    ),
    no(
        "JWT with a header of its own",
        jwt_with(lambda _w, head, _b: head.update(crit=["b64"], b64=False)),
        ("signature", "credential_jwt_header"),
    ),
    *(
        no(
            f"JWT with kid {kid}",
            jwt_with(lambda _w, head, _b, kid=kid: head.update(kid=kid)),
            ("signature", "credential_foreign_issuer"),
        )
        for kid in ("file:///etc/passwd", "http://127.0.0.1/keys#1", f"{OTHER}#key-1")
    ),
    no(
        "JWT whose claims contradict it",
        jwt_with(lambda _w, _h, body: body.update(sub="urn:uuid:00000000-0000-0000-0000-000000000000")),
        ("signature", "credential_jwt_claims"),
    ),
    no(
        "JWT of our kid signed by a stranger",
        jwt_with(lambda _w, _h, _b: None, stranger_jwt),
        ("signature", "credential_signature"),
    ),
    undecided("JWT of a stranger in our name", stranger_signs_jwt, ("issuer_key", "key_unknown")),
    # PDF
    no("PDF not signed, with genuine facts attached", lambda w: w.drawn, ("pdf_signature", "pdf_not_signed")),
    undecided("PDF that is a picture alone", lambda w: edited(w, without_attachment), ("attachment", "pdf_bare")),
    undecided("PDF with a password", encrypted, ("pdf_structure", "pdf_encrypted")),
    no("PDF with the attachment of another", swapped_attachment, ("pdf_signature", "signature_wrong")),
    no("PDF signed around the attachment of another", mismatched_before_signing, ("agreement", "attachment_differs")),
    no("PDF with a revision after the signature", updated_after_signing, ("pdf_coverage", "changed_after_signing")),
    no("PDF with something after its end", lambda w: w.pdf + b"\n%", ("pdf_coverage", "changed_after_signing")),
    no("PDF signed by a stranger around genuine facts", signed_by_stranger, ("agreement", "signed_by_another")),
    no(
        "PDF signed without facts",
        lambda w: w.signed_pdf(edited(w, without_attachment)),
        ("attachment", "attachment_missing"),
    ),
    no(
        "PDF signed with two attachments",
        lambda w: w.signed_pdf(edited(w, with_second_attachment)),
        ("attachment", "attachment_many"),
    ),
    no(
        "PDF with facts of another system",
        lambda w: w.signed_pdf(w.unsigned_pdf(to_bytes(w.others()))),
        ("agreement", "attachment_of_others"),
    ),
    yes("PDF with a script", lambda w: w.signed_pdf(edited(w, with_script)), ("pdf_active", "active_content")),
    yes("PDF that starts a program", lambda w: w.signed_pdf(edited(w, with_launch)), ("pdf_active", "active_content")),
    # badges: pictures that carry a credential
    yes("baked PNG with JSON", lambda w: bake_png(PNG, to_bytes(w.linked())), ("baked", "ok")),
    yes("baked PNG with JWT", lambda w: bake_png(PNG, w.jwt()), ("baked", "ok")),
    yes("baked SVG with JSON", lambda w: bake_svg(SVG, to_bytes(w.linked())), ("baked", "ok")),
    yes("baked SVG with JWT", lambda w: bake_svg(SVG, w.jwt()), ("baked", "ok")),
    no("PNG without a credential", lambda _: PNG, ("baked", "credential_nothing_baked")),
    no("SVG without a credential", lambda _: SVG, ("baked", "credential_nothing_baked")),
    no("PNG with two credentials", baked_twice, ("baked", "credential_baked_twice")),
    no("PNG with a sealed record", lambda w: bake_png(PNG, w.sealed()), ("baked", "unknown_kind")),
    no("PNG whose sum does not fit", lambda w: bake_png(PNG, w.jwt())[:-5] + b"\0" * 5, ("baked", "credential_picture")),
    no("PNG cut short", lambda w: bake_png(PNG, w.jwt())[:-20], ("baked", "credential_picture")),
    no("SVG with entities", lambda w: _DOCTYPE + bake_svg(SVG, w.jwt()), ("baked", "credential_picture")),
    no("baked, then changed", baked_and_changed, ("signature", "credential_signature")),
    # nothing of the kind
    no("a text", lambda _: b"This certifies that", ("structure", "unknown_kind")),
    no("JSON of another kind", lambda _: b'{"name":"Amina"}', ("structure", "malformed")),
)
