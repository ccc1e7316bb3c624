"""What a certificate tells archives and programs about itself: the XMP of PDF/A-3a and PDF/UA-1, with its own facts.

The PDF writer can announce one standard for a file; ours keeps to both, so its metadata are replaced whole. They stay
uncompressed, so that a program that knows no PDF can find them too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

from takwin_certificates.record import Record

FACTS_NAMESPACE: Final = "urn:takwin:certificate:1#"
_OWN: Final = {
    "code": "Verification code of the certificate",
    "number": "Serial number of the certificate",
    "kind": "Kind of certificate: participation, completion, competence or programme",
    "issuedOn": "Date of issue",
    "record": "SHA-256 of the canonical record that was signed",
}
_ADDED: Final = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{schema}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
{properties}
</rdf:Seq></pdfaSchema:property>
</rdf:li>"""
_PROPERTY: Final = """<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
<pdfaProperty:category>{category}</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description>
</rdf:li>"""
_PACKET: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 xmlns:takwin="{namespace}">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:identifier>{code}</dc:identifier>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
{facts}
<pdfaExtension:schemas><rdf:Bag>
{schemas}
</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def moment_of(record: Record) -> dt.datetime:
    """Return the moment of issue; the first hour of the day for records that knew only the day."""
    return record.issued_at or dt.datetime.combine(record.issued_on, dt.time(), dt.UTC)


def xmp(record: Record, *, title: str, producer: str) -> bytes:
    """Return the metadata packet of a certificate (XMP, ISO 16684-1; identification by ISO 19005-3 and 14289-1)."""
    known = {
        "code": record.code,
        "number": record.number,
        "kind": record.kind,
        "issuedOn": record.issued_on.isoformat(),
        "record": hashlib.sha256(record.to_json()).hexdigest(),
    }
    facts = [f"<takwin:{name}>{escape(value)}</takwin:{name}>" for name, value in known.items() if value]
    return _PACKET.format(
        namespace=FACTS_NAMESPACE,
        code=escape(record.code),
        title=escape(title),
        author=escape(record.issuer),
        description=escape(record.title),
        language=record.language,
        producer=escape(producer),
        moment=moment_of(record).strftime("%Y-%m-%dT%H:%M:%SZ"),
        facts="\n".join(facts),
        schemas="\n".join(_schemas()),
    ).encode()


def announce(pdf: Any, record: Record, *, title: str) -> None:
    """Replace the metadata of a PDF that WeasyPrint is about to write, and have readers show its title."""
    numbered = {each.number: each for each in pdf.objects}
    metadata = numbered[int(pdf.catalog["Metadata"].split()[0])]
    producer = pdf.info["Producer"].string
    metadata.stream = [xmp(record, title=title, producer=producer)]
    metadata.compress = False
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])  # WeasyPrint 70 names each attachment twice


def _schemas() -> Iterator[str]:
    part = _property("part", "Integer", "internal", "Part of ISO 14289 that the file keeps to")
    yield _schema("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", [part])
    own = [_property(name, "Text", "external", description) for name, description in _OWN.items()]
    yield _schema("Facts of a Takwin certificate", FACTS_NAMESPACE, "takwin", own)


def _schema(schema: str, uri: str, prefix: str, properties: Iterable[str]) -> str:
    return _ADDED.format(schema=schema, uri=uri, prefix=prefix, properties="\n".join(properties))


def _property(name: str, kind: str, category: str, description: str) -> str:
    return _PROPERTY.format(name=name, kind=kind, category=category, description=description)
