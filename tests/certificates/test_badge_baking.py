"""Badges carry their credential out and home again; pictures from strangers are read without believing anything."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from openbadgeslib import baking as theirs
from PIL import Image

from takwin_certificates.badge import achievement, baking, picture
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.record import KINDS, Record

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0." + "A" * 86
JSON = '{"name":"أمينة & <Amina> \\"x\\" ]]> end"}'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'


def _refusal(call: Callable[..., Any], *arguments: Any) -> Reason:
    with pytest.raises(CredentialRefused) as refused:
        call(*arguments)
    return refused.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_badge_of_its_own_in_both_forms(kind: str) -> None:
    image = Image.open(io.BytesIO(picture.png(kind)))
    assert image.size == (picture.SIZE, picture.SIZE)
    corner, middle = image.convert("RGBA").getpixel((2, 2)), image.convert("RGBA").getpixel((256, 150))
    assert (corner[3], middle[3] > 250) == (0, True)
    assert etree.fromstring(picture.svg(kind)).get("viewBox") == "0 0 512 512"
    assert len({picture.png(each) for each in KINDS}) == len({picture.svg(each) for each in KINDS}) == len(KINDS)
    with pytest.raises(KeyError):
        picture.png("../completion")


@pytest.mark.parametrize("text", [JWT, JSON])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_baked_comes_out_again(kind: str, text: str) -> None:
    png, svg = picture.baked_png(kind, text), picture.baked_svg(kind, text.encode())
    assert baking.unbake(png) == baking.unbake(svg) == text
    assert Image.open(io.BytesIO(png)).tobytes() == Image.open(io.BytesIO(picture.png(kind))).tobytes()
    assert theirs.extract_png(png, keyword=theirs.ITXT_KEYWORD_OB3) == text
    assert theirs.extract_svg(svg, element=theirs.SVG_ELEMENT_OB3, text_fallback=True) == text
    assert (picture.baked_png(kind, text), picture.baked_svg(kind, text)) == (png, svg)


def test_the_credential_stands_right_after_the_start_of_the_svg() -> None:
    root = etree.fromstring(picture.baked_svg("completion", JWT))
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert (root[0].prefix, root[0].get("verify"), root[0].text) == ("openbadges", JWT, None)


def test_we_read_what_openbadgeslib_bakes(make_record: Callable[..., Record]) -> None:
    text = achievement.to_bytes(achievement.credential_of(make_record())).decode()
    assert baking.unbake(theirs.bake_png(picture.png("completion"), text, keyword=theirs.ITXT_KEYWORD_OB3)) == text
    baked = theirs.bake_svg(
        picture.svg("completion"), JWT, comment="x", element=theirs.SVG_ELEMENT_OB3, namespace=theirs.SVG_NS_OB3
    )
    assert baking.unbake(baked) == JWT


def test_nothing_is_baked_twice_or_read_from_two() -> None:
    png, svg = picture.baked_png("completion", JWT), picture.baked_svg("completion", JWT)
    assert _refusal(baking.bake_png, png, JWT) is Reason.BAKED_TWICE
    assert _refusal(baking.bake_svg, svg, JWT) is Reason.BAKED_TWICE
    chunk = png[33 : 33 + 12 + struct.unpack(">I", png[33:37])[0]]
    assert _refusal(baking.unbake, png[:33] + chunk + png[33:]) is Reason.BAKED_TWICE
    element = svg[svg.index(b"<openbadges:credential") : svg.index(b"/>") + 2]
    assert _refusal(baking.unbake, svg.replace(b"</svg>", element + b"</svg>")) is Reason.BAKED_TWICE
    assert _refusal(baking.unbake, picture.png("completion")) is Reason.NOTHING_BAKED
    assert _refusal(baking.unbake, SVG) is Reason.NOTHING_BAKED


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _png(*chunks: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + _chunk(b"IEND", b"")


KEYWORD = b"openbadgecredential\0"
BAD_PNGS: dict[str, bytes] = {
    "cut short": picture.png("completion")[:-1],
    "something after the end": picture.png("completion") + b"<script>",
    "one bit of a sum": picture.png("completion")[:-1] + b"\x83",
    "a chunk of four gigabytes": b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR" + b"\0" * 40,
    "no header": b"\x89PNG\r\n\x1a\n" + _chunk(b"IEND", b""),
    "two headers": _png(_chunk(b"IHDR", b"\0" * 13)),
    "a name that is none": _png(_chunk(b"a\0b1", b"")),
    "compressed": _png(_chunk(b"iTXt", KEYWORD + b"\1\0\0\0" + zlib.compress(JWT.encode()))),
    "a chunk without its parts": _png(_chunk(b"iTXt", KEYWORD + b"\0\0" + JWT.encode())),
    "not UTF-8": _png(_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\xff\xfe")),
    "too many chunks": _png(_chunk(b"tEXt", b"") * 10_001),
    "too large": b"\x89PNG\r\n\x1a\n" + b"\0" * baking.LARGEST_PICTURE,
}


@pytest.mark.parametrize("name", sorted(BAD_PNGS))
def test_a_damaged_png_is_refused(name: str) -> None:
    assert _refusal(baking.unbake, BAD_PNGS[name]) is Reason.PICTURE


BOMB = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BAD_SVGS: dict[str, bytes] = {
    "entities": BOMB + SVG.replace(b"<rect", b"<text>&b;</text><rect"),
    "a file": b'<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + SVG,
    "a document type elsewhere": b'<!DOCTYPE svg SYSTEM "http://127.0.0.1/evil.dtd">' + SVG,
    "hidden in UTF-16": (BOMB + SVG).decode().encode("utf-16"),
    "hidden in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + (BOMB + SVG).decode().encode("utf-7"),
    "another root": b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
    "no name space": b"<svg/>",
    "too deep": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 5_000 + b"</g>" * 5_000 + b"</svg>",
    "not XML": b"<svg xmlns='http://www.w3.org/2000/svg'>",
    "no text at all": b"",
    "both forms": SVG.replace(
        b"<rect", b'<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0" verify="a">b</o:credential><rect'
    ),
    "neither form": SVG.replace(b"<rect", b'<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"/><rect'),
    "too large": b" " * (baking.LARGEST_PICTURE + 1),
}


@pytest.mark.parametrize("name", sorted(BAD_SVGS))
def test_a_hostile_svg_is_refused(name: str) -> None:
    assert _refusal(baking.unbake, BAD_SVGS[name]) is Reason.PICTURE


def test_a_foreign_meaning_of_our_prefix_is_refused() -> None:
    other = SVG.replace(b" viewBox", b' xmlns:openbadges="https://evil.example" viewBox')
    assert _refusal(baking.bake_svg, other, JWT) is Reason.PICTURE
    assert _refusal(baking.bake_svg, SVG, "") is Reason.TOO_LARGE
