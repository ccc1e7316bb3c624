"""How files are altered, forged and put together wrongly, to be held against the verifier."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from openbadgeslib.ob3 import credential as theirs, ldp as their_ldp, signer as their_signer

from takwin_certificates import keys
from takwin_certificates.badge.achievement import credential_of, to_bytes
from takwin_certificates.badge.baking import bake_png, bake_svg
from takwin_certificates.badge.jose import to_jwt
from takwin_certificates.keys.ring import JwtKey
from takwin_certificates.pades import sign_pdf
from tests.certificates.issuing_world import (
    ANOTHER_CODE,
    ISSUED,
    OTHER,
    PNG,
    SVG,
    Json,
    World,
    stranger_ring,
)


def altered(document: Json, change: Callable[[Json], object]) -> bytes:
    """Change a document after it was signed."""
    copy = json.loads(json.dumps(document))
    change(copy)
    return json.dumps(copy).encode()


def put(*path: str | int, to: object) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        node: Any = document
        for each in path[:-1]:
            node = node[each]
        node[path[-1]] = to

    return change


def drop(*path: str) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        node: Any = document
        for each in path[:-1]:
            node = node[each]
        del node[path[-1]]

    return change


def jwt_of(header: Json, payload: Json, signature: Callable[[bytes], bytes]) -> bytes:
    head, body = (base64url(json.dumps(part).encode()) for part in (header, payload))
    signed = head + b"." + body
    return signed + b"." + base64url(signature(signed))


def jwt_with(
    change: Callable[[World, Json, Json], object], key: Callable[[World], JwtKey] | None = None
) -> Callable[[World], bytes]:
    """Make a JWT whose header and claims are changed before it is signed, by our key or another."""

    def build(world: World) -> bytes:
        head, body, _ = world.jwt().split(".")
        header, payload = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, body))
        change(world, header, payload)
        private = (key(world) if key else world.jwt_key).private
        return jwt_of(header, payload, lambda signed: es256(private, signed))

    return build


def es256(private: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def without_signature(algorithm: str) -> Callable[[World], bytes]:
    def build(world: World) -> bytes:
        head, body, signature = world.jwt().split(".")
        header = {**json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))), "alg": algorithm}
        changed = base64url(json.dumps(header).encode()).decode()
        if algorithm.startswith("HS"):  # signed with what everybody knows: the public key
            public = world.jwt_key.private.public_key()
            known = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            mac = hmac.digest(known, f"{changed}.{body}".encode(), hashlib.sha256)
            return f"{changed}.{body}.{base64url(mac + mac).decode()}".encode()
        return f"{changed}.{body}.{signature if algorithm != 'none' else ''}".encode()

    return build


def credential_of_openbadgeslib(did: str) -> theirs.OpenBadgeCredential:
    return theirs.OpenBadgeCredential(
        issuer=theirs.Issuer(id=did, name="Institut voisin"),
        recipient_id="did:example:holder",
        issuance_date=ISSUED,  # else it says now, which may be later than the moment at which it is checked
        achievement=theirs.Achievement(id="https://badges.example.net/a", name="A", description="B", criteria_narrative="C"),
    )


def of_openbadgeslib(algorithm: str) -> Callable[[World], bytes]:
    def build(_world: World) -> bytes:
        private = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else keys.generate().private
        return their_signer.OB3Signer(pem(private), algorithm=algorithm).sign(credential_of_openbadgeslib(OTHER)).encode()

    return build


def linked_by_openbadgeslib(world: World) -> bytes:
    credential = credential_of_openbadgeslib(f"did:key:{world.other_key.key_id}")
    return to_bytes(their_ldp.OB3LdpSigner(pem(world.other_key.private)).sign(credential, created=ISSUED))


def pem(private: Any) -> bytes:
    pem: bytes = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem


def stranger_jwt(world: World) -> JwtKey:
    private = ec.generate_private_key(ec.SECP256R1())
    return JwtKey(keys.key_id_of(private.public_key()), "", private)


def stranger_signs_jwt(world: World) -> bytes:
    return to_jwt(credential_of(world.record()), stranger_jwt(world)).encode()


def base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def with_two_proofs(first_is_good: bool, second_is_good: bool) -> Callable[[World], bytes]:  # noqa: FBT001
    def build(world: World) -> bytes:
        good, forged = world.linked()["proof"], world.linked(world.record(name_latin="Youssef Naciri"))["proof"]
        proofs = [good if each else forged for each in (first_is_good, second_is_good)]
        return to_bytes({**world.linked(), "proof": proofs})

    return build


def did_key(world: World, **changes: Any) -> Json:
    did = f"did:key:{world.stranger.key_id}"
    return {**world.others(issuer=did, key=world.stranger), **changes}


def swapped_attachment(world: World) -> bytes:
    """Put the attachment of another genuine PDF into this one, and save it."""
    with pikepdf.open(io.BytesIO(world.another_pdf)) as another:
        content = next(iter(another.attachments.values())).get_file().read_bytes()
    with pikepdf.open(io.BytesIO(world.pdf)) as pdf:
        spec = pikepdf.NameTree(pdf.Root.Names.EmbeddedFiles)
        next(iter(spec.values())).EF.F.write(content)
        return saved(pdf)


def mismatched_before_signing(world: World) -> bytes:
    """Sign a page of one certificate with the genuine attachment of another: only agreement can tell."""
    other = to_bytes(world.linked(world.record(code=ANOTHER_CODE, name_latin="Youssef Naciri")))
    return world.signed_pdf(world.unsigned_pdf(other))


def updated_after_signing(world: World) -> bytes:
    """Add a revision after the signature, as a PDF editor does."""
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 -- slow import
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415

    revision = IncrementalPdfFileWriter(io.BytesIO(world.pdf))
    revision.root[generic.pdf_name("/Lang")] = generic.TextStringObject("en")
    revision.update_root()
    written = io.BytesIO()
    revision.write(written)
    return written.getvalue()


def signed_by_stranger(world: World) -> bytes:
    """Draw another name on the page, attach the genuine facts, and sign it all with a key of one's own."""
    return sign_pdf(world.drawn, stranger_ring().document(), ISSUED)


def edited(world: World, change: Callable[[pikepdf.Pdf], object], *, drawn: bool = True) -> bytes:
    with pikepdf.open(io.BytesIO(world.drawn if drawn else world.pdf)) as pdf:
        change(pdf)
        return saved(pdf)


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    written = io.BytesIO()
    pdf.save(written, **options)
    return written.getvalue()


def without_attachment(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Names.EmbeddedFiles


def with_second_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["second.json"] = b"{}"


def with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def with_launch(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))


def encrypted(world: World) -> bytes:
    with pikepdf.open(io.BytesIO(world.drawn)) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(owner="owner", user="user"))


def baked_twice(world: World) -> bytes:
    one, two = (bake_png(PNG, each) for each in (world.jwt(), world.jwt(hours=200)))
    begin, end = PNG[:33], PNG[33:]
    return begin + one[33 : -len(end)] + two[33 : -len(end)] + end


def baked_and_changed(world: World) -> bytes:
    changed = {**world.linked(), "proof": world.linked(world.record(hours=200))["proof"]}
    return bake_svg(SVG, to_bytes(changed))


def unnamed(made: Json) -> None:
    del made["credentialSubject"]["id"]
    del made["credentialSubject"]["identifier"]


def unfolding(megabytes: int) -> bytes:
    """Return zlib data that unfolds to so many megabytes of spaces."""
    packer = zlib.compressobj(9)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block[:2] + block[2:] * megabytes + packer.flush()


def unfolding_pdf(megabytes: int) -> bytes:
    """Return a PDF whose objects lie in a stream that unfolds to so many megabytes."""
    packed = unfolding(megabytes)
    head = b"%PDF-1.7\n"
    stream = b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(packed),
        packed,
    )
    place = len(head) + len(stream)
    rows = bytes([0, 0, 0, 0, 0, 0, 1, *len(head).to_bytes(4, "big"), 0, 2, 0, 0, 0, 1, 0, 1, *place.to_bytes(4, "big"), 0])
    table = b"3 0 obj\n<</Type/XRef/Size 4/W[1 4 1]/Root 2 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(rows), rows)
    return head + stream + table + b"startxref\n%d\n%%%%EOF" % place


def unfolding_png() -> bytes:
    """Return a PNG whose credential is packed and unfolds to a gigabyte."""
    packed = unfolding(1024)
    content = b"openbadgecredential\0\1\0\0\0" + packed
    chunk = len(content).to_bytes(4, "big") + b"iTXt" + content + zlib.crc32(b"iTXt" + content).to_bytes(4, "big")
    return PNG[:33] + chunk + PNG[33:]


def entities_svg() -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE svg [<!ENTITY e0 "laughs">{lines}]><svg xmlns="http://www.w3.org/2000/svg">&e11;</svg>'.encode()
