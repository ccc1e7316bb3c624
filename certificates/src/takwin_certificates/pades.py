"""Signing the PDF itself, so that any reader of PDFs tells whether it was changed: PAdES baseline B-B, P-256.

The signature is one revision added to the file, without a picture; what the file says about itself stays as it was. The
same file, key and moment give the same bytes (RFC 6979), so a certificate can be made again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
from typing import Any, Final

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko_certvalidator.registry import SimpleCertificateStore

from takwin_certificates.keys.ring import DocumentSigner

FIELD: Final = "IssuerSignature"
_DIGEST: Final = "sha256"
_RESERVED: Final = 8192
"""Hexadecimal digits kept free for the signature: two certificates and a P-256 signature take about 3000."""
_TOLD: Final = {
    "ar": "توقيع إلكتروني للجهة المصدرة",
    "fr": "Signature électronique de l’émetteur",
    "en": "Electronic signature of the issuer",
}


class _Revision(IncrementalPdfFileWriter):
    """A revision that leaves the facts of the file alone, where the library would enter its name and the time of day."""

    def __init__(self, pdf: bytes, at: dt.datetime) -> None:
        super().__init__(io.BytesIO(pdf))
        drawn = hashlib.sha256(pdf + at.isoformat().encode()).digest()[:16]  # not drawn by lot: same file, same bytes
        self._document_id = generic.ArrayObject([self._document_id[0], generic.ByteStringObject(drawn)])

    def _update_meta(self) -> None:
        pass


class _Signer(signers.Signer):
    """Sign with a key in memory, and always the same signature for the same bytes."""

    def __init__(self, signer: DocumentSigner) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(Certificate.load(each) for each in signer.chain)
        super().__init__(signing_cert=Certificate.load(signer.certificate), cert_registry=store, embed_roots=True)
        self._private = signer.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 -- its signature
        if dry_run:
            return bytes(72)
        assert digest_algorithm == _DIGEST  # noqa: S101 -- we asked for no other
        return self._private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def sign_pdf(pdf: bytes, signer: DocumentSigner, at: dt.datetime) -> bytes:
    """Return the PDF with the issuer's signature over all of it (ETSI EN 319 142-1, level B-B; ISO 32000-1, 12.8).

    `at` is the moment that readers show as the time of signing; nobody but the issuer vouches for it.
    """
    revision = _Revision(pdf, at)
    field = SigFieldSpec(
        FIELD,
        readable_field_name=_TOLD.get(_language(revision), _TOLD["en"]),
        invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False),
    )
    signing = PdfCMSEmbedder(new_field_spec=field).write_cms(field_name=FIELD, writer=revision)
    _tell_screen_readers(revision, next(signing))
    place = SignatureObject(timestamp=at.astimezone(dt.UTC), subfilter=SigSeedSubFilter.PADES, bytes_reserved=_RESERVED)
    signing.send(SigObjSetup(sig_placeholder=place, mdp_setup=SigMDPSetup(md_algorithm=_DIGEST)))
    prepared, written = signing.send(SigIOSetup(md_algorithm=_DIGEST))
    signature = asyncio.run(_Signer(signer).async_sign(prepared.document_digest, _DIGEST, use_pades=True))
    signing.send(signature)
    return bytes(written.getvalue())


def _language(revision: _Revision) -> str:
    return str(revision.root.get("/Lang", "en"))


def _tell_screen_readers(revision: _Revision, field_reference: Any) -> None:
    """Give the field its place in the structure of the document (ISO 14289-1, 7.18.4: a widget lies in a Form)."""
    if "/StructTreeRoot" not in revision.root:
        return
    tree = revision.root["/StructTreeRoot"]
    field = field_reference.get_object()
    document_reference = _document_element(tree)
    document = document_reference.get_object()
    key = int(tree.get("/ParentTreeNextKey", _next_key(tree["/ParentTree"])))
    form = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): document_reference,
            pdf_name("/Alt"): generic.TextStringObject(field["/TU"]),
            pdf_name("/K"): generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/OBJR"),
                    pdf_name("/Obj"): field_reference,
                    pdf_name("/Pg"): field.raw_get("/P"),
                }
            ),
        }
    )
    form_reference = revision.add_object(form)
    _append(revision, document, "/K", form_reference)
    nums = tree["/ParentTree"]["/Nums"]
    nums.append(generic.NumberObject(key))
    nums.append(form_reference)
    revision.update_container(nums)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    revision.update_container(tree)
    field[pdf_name("/StructParent")] = generic.NumberObject(key)
    revision.update_container(field)


def _document_element(tree: Any) -> Any:
    """Return the element that stands for the whole document: the only child of the root."""
    kids = tree["/K"]
    return kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else tree.raw_get("/K")


def _next_key(parents: Any) -> int:
    return 1 + max((int(each) for each in list(parents["/Nums"])[::2]), default=-1)


def _append(revision: _Revision, element: Any, name: str, reference: Any) -> None:
    if name not in element:
        element[pdf_name(name)] = generic.ArrayObject([reference])
    elif isinstance(element[name], generic.ArrayObject):
        element[name].append(reference)
    else:
        element[pdf_name(name)] = generic.ArrayObject([element.raw_get(name), reference])
    revision.update_container(element)
